"""Would a file of decisions deploy, what is wrong where, and what do its tables leave open?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.dmn import coverage, files, words
from engine.dmn.errors import DmnError, Problem
from engine.dmn.model import Model


def file(path: Path) -> tuple[Problem, ...]:
    """All faults of a DMN file, by line; OSError where it cannot be read."""
    try:
        return model(files.load(path))
    except DmnError as refused:
        return _by_line(refused.problems)


def model(found: Model) -> tuple[Problem, ...]:
    """All faults of a model, by line, and as warnings what its tables leave open or decide twice."""
    return _by_line((*found.problems, *_coverage(found)))


def findings(found: Model, element: str) -> tuple[coverage.Finding, ...]:
    """What is found in the table of an element, by its id; nothing where it has none."""
    table = found.tables.get(element)
    return () if table is None else coverage.check(table, found.limits)


def _coverage(found: Model) -> Iterator[Problem]:
    for element in found.tables:
        name = found.elements[element].name
        for finding in findings(found, element):
            if (
                finding.detail != "policy"
            ):  # where all rules that apply count, nothing was asked for
                rule = f"dmn.{finding.kind}"
                line, column = finding.place
                yield Problem(line, name, words.sentence(finding), "warning", column, rule)


def _by_line(found: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(sorted(found, key=lambda problem: (problem.line, problem.column, problem.message)))
