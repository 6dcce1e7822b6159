"""FEEL: grammar, values, functions, limits."""
