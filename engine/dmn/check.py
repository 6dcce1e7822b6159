"""Would a file of decisions deploy, and what is wrong where?"""

from __future__ import annotations

from pathlib import Path

from engine.dmn import files
from engine.dmn.errors import DmnError, Problem


def file(path: Path) -> tuple[Problem, ...]:
    """All faults of a DMN file, by line; OSError where it cannot be read."""
    try:
        found = files.load(path).problems
    except DmnError as refused:
        found = list(refused.problems)
    return tuple(sorted(found, key=lambda problem: (problem.line, problem.message)))
