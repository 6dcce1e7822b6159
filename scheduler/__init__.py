"""Wakes up, does what is due, finds the people, tells them once and delivers it."""
