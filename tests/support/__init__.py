"""What tests run against: databases, a browser, a mail server, the program as a process."""
