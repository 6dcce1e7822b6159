"""Trying a decision: a field for each value it needs, and what it gives for the values typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine import decisions, feel
from engine.decisions import Decision
from engine.dmn import asked
from engine.dmn.asked import Asked
from engine.feel import Value
from web import fields, process_words, visit
from web.fields import Field, Option
from web.speech import gettext

TYPES = {
    "string": "text",
    "number": "number",
    "boolean": "choice",
    "date": "date",
    "date and time": "datetime",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What a decision gave: the result as FEEL writes it, the rules by the table's name, and problems."""

    result: str
    is_null: bool
    rules: Mapping[str, tuple[int, ...]]
    problems: tuple[str, ...] = ()


def form(chosen: Decision) -> tuple[Field, ...]:
    """Return the fields of a decision's trial."""
    return tuple(_field(each) for each in _asked(chosen))


def run(chosen: Decision, typed: Mapping[str, str]) -> Trial:
    """Return what the decision gives for the values typed; raises `fields.Refused`."""
    values = fields.read(form(chosen), typed)
    given: dict[str, Any] = {}
    for each in _asked(chosen):
        _put(given, each.path, _value(each, values[each.name]))
    try:
        found = decisions.decide(visit.tx(), chosen, given)
    except decisions.Failed as failed:
        return Trial("null", is_null=True, rules={}, problems=(str(failed),))
    rules = {fired.decision: fired.numbers for fired in found.fired}
    result = feel.shown(found.value)
    return Trial(result, found.value is None, rules, found.problems)


def _asked(chosen: Decision) -> Iterable[Asked]:
    model = decisions.model(visit.tx(), chosen.deployment_id)
    decision = model.decision(chosen.key)
    return () if decision is None else asked.of(model, decision)


def _field(each: Asked) -> Field:
    label = each.name if "." in each.name else process_words.spoken(each.name)
    if each.type == "boolean":
        options = Option("true", gettext("yes")), Option("false", gettext("no"))
        return Field(each.name, "choice", label, options=options)
    if each.options:
        chosen = tuple(Option(text, text) for text in each.options)
        return Field(each.name, "choice", label, options=chosen)
    help_ = None if each.type else gettext("A number, a text, or any value in FEEL.")
    return Field(each.name, TYPES.get(each.type, "text"), label, help=help_)


def _value(each: Asked, typed: fields.Value) -> object:
    if each.type == "boolean":
        return None if typed is None else typed == "true"
    if each.type or each.options or not isinstance(typed, str):
        return typed
    return _guessed(typed)


def _guessed(text: str) -> Value:
    """Return the value that a text writes in FEEL, else the text itself."""
    try:
        found = feel.expression(text)
        problems: list[str] = []
        value = found.evaluate({}, now=visit.tx().now, problems=problems)
    except (feel.FeelError, feel.LimitExceeded):
        return text
    return text if problems or found.names else value


def _put(into: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    for name in path[:-1]:
        into = into.setdefault(name, {})
    into[path[-1]] = value
