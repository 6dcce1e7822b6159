"""Brings alerts out of the house: composed, sent, tried again, or kept as dead letters."""
