"""Calendars, deadlines and the walk between them."""
