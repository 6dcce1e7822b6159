"""What holds through HTTP, a browser and the program's processes."""
