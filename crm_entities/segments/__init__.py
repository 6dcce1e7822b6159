"""Segments: clients chosen by conditions in words, saved under a name for lists and for what starts by itself."""

from crm_entities.segments.commands import (
    FIELDS,
    RIGHT,
    Uses,
    bring_back,
    create,
    get,
    listing,
    redefine,
    retire,
)
from crm_entities.segments.filters import FILTERS, known, names
from crm_entities.segments.members import COUNTED, SEGMENT, conditions, count, members
from crm_entities.segments.table import Segment

__all__ = [
    "COUNTED",
    "FIELDS",
    "FILTERS",
    "RIGHT",
    "SEGMENT",
    "Segment",
    "Uses",
    "bring_back",
    "conditions",
    "count",
    "create",
    "get",
    "known",
    "listing",
    "members",
    "names",
    "redefine",
    "retire",
]
