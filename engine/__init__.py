"""Runs processes, decisions, calendars and clocks; knows no client, no HTTP, no alert."""
