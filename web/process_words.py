"""What processes, stages, fields and outcomes are called, in the page's language."""

from __future__ import annotations

import re
from typing import Any

from engine import definitions
from engine.bpmn import graph
from web import languages, visit
from web.fields import Field, Option
from web.speech import gettext

HUMP = re.compile(r"(?<=[a-z0-9])[A-Z](?=[a-z])")


def process(definition_id: int) -> graph.Process:
    """Return the compiled process of a definition, from memory after the first time."""
    return definitions.process(visit.tx(), definition_id)


def process_title(definition_id: int) -> str:
    """Return what a process is called."""
    found = process(definition_id)
    return languages.titled(found.titles, found.name or found.id)


def home_of(definition_id: int, element: str | None) -> int:
    """Return the version that knows an element: this one, else the newest that had it before cases moved on."""
    if not element or element in process(definition_id).elements:
        return definition_id
    tx = visit.tx()
    for one in definitions.versions(tx, definitions.get(tx, definition_id).key):
        if element in definitions.process(tx, one.id).elements:
            return one.id
    return definition_id


def element_title(definition_id: int, element: str | None, otherwise: str = "") -> str:
    """Return what a stage or another element is called; one without a name as the sub-process around it."""
    known = process(definition_id).elements
    found = known.get(element or "")
    if found is None:
        return otherwise or (element or "")
    while not (found.name or otherwise) and (around := known.get(found.parent or "")):
        found = around
    name = found.name or otherwise or element or ""
    return languages.titled(getattr(found, "title", None), name)


def clock_title(clock: Any) -> str:
    """Return what a clock's row or a move of it is called: its stage, or the whole case."""
    if clock.element is None:
        return gettext("The whole case")
    return element_title(clock.definition_id, clock.element)


def outcome_title(outcome: graph.Outcome) -> str:
    """Return what an outcome's button says."""
    return languages.titled(outcome.titles, outcome.title or outcome.id)


def field(one: graph.FormField, people: tuple[Option, ...] = ()) -> Field:
    """Return a field of a task's form as a page shows it; `people` are the choices of a person's field."""
    options = people if one.type == "person" else tuple(_option(one, value) for value in one.of)
    label = languages.titled(one.titles, one.label or spoken(one.name))
    kind = "longtext" if one.type == "text" and one.name.endswith(("note", "comment")) else one.type
    return Field(one.name, kind, label, required=one.required, options=options, help=one.help)


def _option(one: graph.FormField, value: str) -> Option:
    return Option(value, one.option_titles.get(value) or spoken(value))


def spoken(name: str) -> str:
    """Return an id as words: `deal.close_date` is read `close date`."""
    bare = name.rsplit(".", maxsplit=1)[-1].replace("_", " ").replace("-", " ").strip()
    words = HUMP.sub(lambda found: f" {found[0].lower()}", bare)
    return words[:1].upper() + words[1:]
