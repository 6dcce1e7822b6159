"""Wakes up, does what is due and tells people once."""
