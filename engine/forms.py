"""What a task's form accepts: each field by its type, required or not, in words where it does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from engine.bpmn.graph import FormField
from engine.feel import Value
from ledger import rejection, words

TRUE = frozenset({"true", "yes", "on", "1"})
FALSE = frozenset({"false", "no", "off", "0"})
EMPTY = (None, "")


def check(fields: Iterable[FormField], given: Mapping[str, Value]) -> dict[str, Value]:
    """Return what was given with the form's fields as values of their types; text from a browser is read.

    Raises Rejection(invalid_argument) that names the field.
    """
    accepted = dict(given)
    for field in fields:
        value = accepted.get(field.name)
        if value in EMPTY or value == []:
            if field.required:
                raise rejection.invalid(
                    "Expected %(label)s to be filled in",
                    label=field.label or field.name,
                    field=field.name,
                )
            if field.name in accepted:
                accepted[field.name] = None
            continue
        accepted[field.name] = _read(field, value)
    return accepted


def _read(field: FormField, value: Value) -> Value:
    try:
        value = READERS.get(field.type, _as_it_is)(value)
    except (ValueError, InvalidOperation):
        raise rejection.invalid(
            "Expected %(label)s to be %(type)s, but got %(value)s",
            label=field.label or field.name,
            type=NAMES.get(field.type, field.type),
            value=value,
            field=field.name,
        ) from None
    if field.of and value not in field.of:
        choices = ", ".join(field.of)
        raise rejection.invalid(
            "Expected %(label)s to be one of %(choices)s, but got %(value)s",
            label=field.label or field.name,
            choices=choices,
            value=value,
            field=field.name,
        )
    return value


def _as_it_is(value: Value) -> Value:
    return value


def _number(value: Value) -> Value:
    if isinstance(value, bool):
        raise ValueError
    if isinstance(value, (int, Decimal)):
        return value
    number = Decimal(str(value).strip())
    if not number.is_finite():
        raise ValueError
    return (
        int(number)
        if number == number.to_integral_value() and "." not in str(value) and "E" not in str(number)
        else number
    )


def _boolean(value: Value) -> Value:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in TRUE | FALSE:
        raise ValueError
    return word in TRUE


def _date(value: Value) -> Value:
    return date.fromisoformat(value.strip()) if isinstance(value, str) else value


def _datetime(value: Value) -> Value:
    return datetime.fromisoformat(value.strip()) if isinstance(value, str) else value


READERS: Mapping[str, Callable[[Value], Value]] = {
    "number": _number,
    "money": _number,
    "percent": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
}
NAMES: Mapping[str, str] = {
    "number": words.say("a number"),
    "money": words.say("an amount"),
    "percent": words.say("a percentage"),
    "boolean": words.say("yes or no"),
    "date": words.say("a date such as 2026-03-01"),
    "datetime": words.say("a date and time such as 2026-03-01T09:00"),
}
