"""Clocks as pure functions of their facts."""
