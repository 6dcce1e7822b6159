"""Calendars as records."""
