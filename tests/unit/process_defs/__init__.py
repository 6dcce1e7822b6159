"""The process file: read, checked, compiled, laid out, edited."""
