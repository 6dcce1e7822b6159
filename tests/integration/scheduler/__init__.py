"""Sweeps, alerts and delivery on real databases."""
