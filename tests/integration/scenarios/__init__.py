"""Definitions run in throw-away stores."""
