"""The screens: what a person sees, may do, and is told."""
