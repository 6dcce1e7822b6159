"""Levels and when they fire."""
