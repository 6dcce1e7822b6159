"""Imports: a list from another program becomes records, wholly or not at all."""
