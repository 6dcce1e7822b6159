"""The screens, one module a noun: each says who may open it and calls the rooms below."""
