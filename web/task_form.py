"""A task's form: the graph's fields as a page shows them, and what a sent form means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from engine import ports, user_tasks
from engine.bpmn import graph
from ledger.rejection import invalid
from web import fields, people, process_words, record_words, visit
from web.fields import Field, Refused
from web.speech import gettext

TYPES = {"amount": "money", "close_date": "date", "birthday": "date", "probability": "number"}
"""Types of subject fields that a stage may require; every other is text."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A named button. `ask` is asked for only when it is chosen."""

    id: str
    title: str
    ask: tuple[Field, ...]

    @property
    def prefix(self) -> str:
        """What stands before the names of its fields in the form."""
        return f"{self.id}/"


@dataclass(frozen=True, slots=True)
class Form:
    """All that a task's page asks for."""

    fields: tuple[Field, ...]
    required: tuple[Field, ...]
    outcomes: tuple[Outcome, ...]


def of_element(element: graph.Activity) -> Form:
    """Return the form of an activity that a person does."""
    asked, ways = user_tasks.fields_of(element), user_tasks.outcomes_of(element)
    every = [*asked, *(ask for outcome in ways for ask in outcome.ask)]
    choices = people.options() if any(one.type == "person" for one in every) else ()
    own = tuple(process_words.field(one, choices) for one in asked)
    requires = getattr(element, "requires", ())
    required = tuple(_required(path) for path in requires if path not in {one.name for one in own})
    outcomes = tuple(
        Outcome(
            one.id,
            process_words.outcome_title(one),
            tuple(process_words.field(ask, choices) for ask in one.ask),
        )
        for one in ways
    )
    return Form(own, required, outcomes or (Outcome("done", gettext("Complete"), ()),))


def held(form: Form, task: Row[Any]) -> dict[str, str]:
    """Return what the inputs hold before anything is typed anew: the draft, else what is known, else defaults."""
    known = user_tasks.form(visit.tx(), task.id).values
    record = _record(task.subject, [tuple(one.name.split(".")) for one in form.required])
    found = {one.name: fields.shown(_at(record, one.name)) for one in form.required}
    found |= {one.name: fields.shown(known.get(one.name)) for one in form.fields}
    for outcome in form.outcomes:
        found |= {
            outcome.prefix + one.name: fields.shown(known.get(one.name)) for one in outcome.ask
        }
    return {**found, **{name: str(value) for name, value in (task.draft or {}).items()}}


def values(form: Form, typed: Mapping[str, str], chosen: str) -> dict[str, Any]:
    """Return the values for `user_tasks.complete` with the outcome `chosen`; raises `fields.Refused`."""
    outcome = next((one for one in form.outcomes if one.id == chosen), None)
    if outcome is None:
        raise invalid(gettext("Please choose one of the buttons."), field="outcome")
    errors: dict[str, str] = {}
    found: dict[str, Any] = {}
    for group, prefix in (((*form.fields, *form.required), ""), (outcome.ask, outcome.prefix)):
        try:
            found.update(fields.read(group, typed, prefix))
        except Refused as refused:
            errors.update({prefix + name: sentence for name, sentence in refused.errors.items()})
    if errors:
        raise Refused(errors)
    return {name: value for name, value in found.items() if value is not None}


def _required(path: str) -> Field:
    name = path.rsplit(".", maxsplit=1)[-1]
    label = record_words.field_word(name)
    return Field(path, TYPES.get(name, "text"), label[:1].upper() + label[1:], required=True)


def _record(subject: str | None, paths: Iterable[tuple[str, ...]]) -> Mapping[str, Any]:
    wanted = list(paths)
    if not subject or not wanted:
        return {}
    return visit.tx().port(ports.Subjects).fields(visit.tx(), subject, wanted)


def _at(record: Mapping[str, Any], path: str) -> Any:
    found: Any = record
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
