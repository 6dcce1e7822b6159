"""All built-in functions of DMN 1.5, 10.3.4, by name."""

from engine.feel.library import (
    contexts,
    conversion,
    dates,
    lists,
    numeric,
    patterns,
    ranges,
    statistics,
    text,
)
from engine.feel.library.registry import FUNCTIONS, Builtin

FAMILIES = (contexts, conversion, dates, lists, numeric, patterns, ranges, statistics, text)
"""The modules that register them."""

__all__ = ["FAMILIES", "FUNCTIONS", "Builtin"]
