"""Rows for what is live: cases with their scopes and tokens, and what they wait for."""
