"""Running cases move to another version of their definition: looked at first, wholly or not at all."""

from engine.clocks.policies import POLICIES, Terms
from engine.migration.findings import Blocked, Finding, Move, NewDue, Report, Summary
from engine.migration.mapping import suggestions, unknown
from engine.migration.moves import RIGHT, look, migrate
from engine.migration.progress import Result, Run, get, listed, results
from engine.migration.runs import LOOKED_AT as MOST_LOOKED_AT
from engine.migration.runs import candidates, deliver, next_batch, start, stop
from engine.migration.runs import look as look_at_all
from engine.migration.table import FAILED, LEFT, MOVED, WAITING

__all__ = [
    "FAILED",
    "LEFT",
    "MOST_LOOKED_AT",
    "MOVED",
    "POLICIES",
    "RIGHT",
    "WAITING",
    "Blocked",
    "Finding",
    "Move",
    "NewDue",
    "Report",
    "Result",
    "Run",
    "Summary",
    "Terms",
    "candidates",
    "deliver",
    "get",
    "listed",
    "look",
    "look_at_all",
    "migrate",
    "next_batch",
    "results",
    "start",
    "stop",
    "suggestions",
    "unknown",
]
