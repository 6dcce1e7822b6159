"""All built-in functions of DMN 1.5, 10.3.4, by name."""

from engine.feel.library import contexts, conversion, dates, lists, numeric, statistics, text
from engine.feel.library.registry import FUNCTIONS, Builtin

__all__ = [
    "FUNCTIONS",
    "Builtin",
    "contexts",
    "conversion",
    "dates",
    "lists",
    "numeric",
    "statistics",
    "text",
]
