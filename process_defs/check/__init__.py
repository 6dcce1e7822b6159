"""Would the definition do what its owner means? Said in business words, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine import bpmn
from engine.bpmn import problems
from ledger.words import say
from process_defs import drawn, reader, to_bpmn
from process_defs.check import (
    deadlines,
    decisions,
    expressions,
    fields,
    flow,
    people,
    schedules,
    stories,
)
from process_defs.check.directory import Directory
from process_defs.check.findings import Findings
from process_defs.language import Definition, Place
from process_defs.problems import Invalid, Problem

__all__ = ["Directory", "check", "file", "text"]
PARTS = (
    flow.check,
    people.check,
    deadlines.check,
    schedules.check,
    expressions.check,
    fields.check,
    decisions.check,
    stories.check,
)


def check(definition: Definition, directory: Directory | None = None) -> list[Problem]:
    """Return what is wrong, in order of place; an error keeps the definition from being deployed.

    Without a `directory` nothing is asked about the company's groups, people and calendars.
    """
    findings = Findings(definition)
    for part in PARTS:
        part(findings)
    if directory is not None:
        people.ask(findings, directory)
        deadlines.ask(findings, directory)
        schedules.ask(findings, directory)
        fields.ask(findings, directory)
    if not any(problem.severity == "error" for problem in findings.problems):
        _as_bpmn(findings)
    return list(problems.in_order(findings.problems))


def _as_bpmn(findings: Findings) -> None:
    """Add what would keep the engine from running the compiled file, at the stage it speaks of."""
    definition = findings.definition
    places = {stage.id: stage.place for stage in definition.every_stage()}
    inside = dict(_drawn(definition))
    for problem in bpmn.read(to_bpmn.compile(definition), name=definition.name).problems:
        if problem.severity == "warning":
            continue  # about the form of the BPMN, which its owner never sees
        stage = (problem.element or "").split("__")[0]
        stage, place = inside.get(problem.element or "", (stage, places.get(stage)))
        line, column = (place.line, place.column) if place else (1, 1)
        element = stage if place else problem.element
        findings.problems.append(
            Problem(problem.severity, line, column, element, problem.rule, problem.message)
        )


def _drawn(definition: Definition) -> Iterator[tuple[str, tuple[str, Place | None]]]:
    """Yield each element of a drawing with its stage and its place in the text."""
    for stage, work in drawn.drawings(definition):
        document = drawn.parsed(work.said.text)
        for id, element in drawn.ids(document.root).items():
            yield id, (stage.id, work.place(*document.place(element)))


def text(
    source: str, name: str = "definition.yaml", directory: Directory | None = None
) -> list[Problem]:
    """Return what is wrong with a text, also where it cannot be read at all."""
    try:
        return check(reader.read(source, name), directory)
    except Invalid as invalid:
        return list(invalid.problems)


def file(path: Path | str, directory: Directory | None = None) -> list[Problem]:
    """Return what is wrong with a file. Raises OSError where it cannot be opened."""
    found = Path(path)
    try:
        source = found.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        message = say(
            "The file is not UTF-8: byte %(start)s cannot be read. Save it as UTF-8.",
            start=fault.start + 1,
        )
        return [Problem("error", 1, 1, None, "encoding", message)]
    return text(source, found.name, directory)
