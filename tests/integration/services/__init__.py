"""Built-in services on real databases, real hosts and a real mail server."""
