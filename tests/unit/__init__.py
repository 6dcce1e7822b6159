"""What holds without a database."""
