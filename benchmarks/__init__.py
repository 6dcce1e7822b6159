"""What Kontor costs, measured in turn against a floor and its peers."""
