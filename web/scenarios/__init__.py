"""Definitions run in a throw-away store with a clock that stands still until it is moved: simulations and tests."""
