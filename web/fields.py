"""Fields of a form: how they are shown, and how what a person typed becomes a value or a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from babel.numbers import NumberFormatError, get_group_symbol, parse_decimal
from flask_babel import format_decimal, get_locale

from ledger.rejection import Rejection, invalid
from web import formats, languages
from web.speech import gettext

DIGITS = 34
"""With how many digits before or behind the point a person writes a number at most: as FEEL counts."""
Value = str | Decimal | date | datetime | bool | None


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: what is sent, and what is read."""

    value: str
    title: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. `type`: text, longtext, number, money, percent, date, datetime, boolean, choice, person."""

    name: str
    type: str
    label: str
    required: bool = False
    options: tuple[Option, ...] = ()
    help: str | None = None


class Refused(Rejection):
    """A form in which several fields need another look: a sentence by the field's name."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("invalid_argument", " ".join(errors.values()), field=next(iter(errors)))
        self.errors = errors


def read(fields: Iterable[Field], typed: Mapping[str, str], prefix: str = "") -> dict[str, Value]:
    """Return the values of `fields` as typed; raises `Refused` with a sentence for each that cannot be."""
    values: dict[str, Value] = {}
    errors: dict[str, str] = {}
    for field in fields:
        try:
            values[field.name] = value_of(field, typed.get(prefix + field.name, ""))
        except Rejection as refused:
            errors[field.name] = refused.sentence
    if errors:
        raise Refused(errors)
    return values


def value_of(field: Field, text: str) -> Value:
    """Return what `text` means in `field`; an empty field is None. Raises `Rejection` in the person's language."""
    text = text.strip()
    if field.type == "boolean":
        return text in {"true", "on", "1"}
    if not text:
        if field.required:
            raise invalid(
                gettext("Please fill in “%(label)s”.", label=field.label), field=field.name
            )
        return None
    return READERS.get(field.type, _text)(field, text)


def shown(value: object) -> str:
    """Return a value as it stands in an input: numbers as the language writes them, days as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, datetime):
        return formats.local(value).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, Decimal):
        return str(format_decimal(value.normalize()))
    return value.isoformat() if isinstance(value, date) else str(value)


def _text(_field: Field, text: str) -> Value:
    return text


def _number(field: Field, text: str) -> Value:
    number = _as_number(text)
    if number is None or not number.is_finite() or abs(number.adjusted()) > DIGITS:
        example = format_decimal(Decimal("1234.5"))
        words = gettext(
            "“%(text)s” is not a number; write it like %(example)s.", text=text, example=example
        )
        raise invalid(words, field=field.name)
    return number


def _as_number(text: str) -> Decimal | None:
    bare = re.sub(r"\s", get_group_symbol(get_locale()), text.strip(" %€$£¥₽元zł\u00a0\u202f"))
    try:
        return Decimal(parse_decimal(bare, locale=get_locale(), strict=True))
    except NumberFormatError:
        pass
    try:
        return Decimal(text.replace(" ", "").replace("\u00a0", "").replace("\u202f", ""))
    except ArithmeticError:
        return None


def _date(field: Field, text: str) -> Value:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(
            gettext("“%(text)s” is not a date; write it like 2026-12-31.", text=text),
            field=field.name,
        ) from None


def midnight(day: object, *, days: int = 0, hours: int = 0) -> datetime:
    """Return the begin of a day in the person's zone, so many days and hours later.

    Raises `Rejection` at the ends of the calendar: not every zone has the first and the last day.
    """
    assert isinstance(day, date)  # noqa: S101  # required dates were read as such
    try:
        begin = datetime.combine(
            day + timedelta(days=days), time(hours), ZoneInfo(languages.zone())
        )
        begin.astimezone(UTC)
    except OverflowError:
        words = gettext("“%(text)s” is not a date; write it like 2026-12-31.", text=day.isoformat())
        raise invalid(words) from None
    return begin


def _datetime(field: Field, text: str) -> Value:
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(languages.zone()))
        moment.astimezone(UTC)  # the ends of the calendar are no moments everywhere
        return moment
    except (ValueError, OverflowError):
        words = gettext(
            "“%(text)s” is not a date with a time; write it like 2026-12-31T17:30.", text=text
        )
        raise invalid(words, field=field.name) from None


def _choice(field: Field, text: str) -> Value:
    if text not in {option.value for option in field.options}:
        raise invalid(
            gettext("Please choose one of the options of “%(label)s”.", label=field.label),
            field=field.name,
        )
    return text


READERS: Final[Mapping[str, Callable[[Field, str], Value]]] = {
    "number": _number,
    "money": _number,
    "percent": _number,
    "date": _date,
    "datetime": _datetime,
    "choice": _choice,
    "person": _choice,
}
