"""The form of a segment: a row a condition, which comes and goes with or without JavaScript."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from crm_entities import segments
from crm_entities.segments import Segment, words
from ledger import numbers
from ledger.rejection import Rejection, invalid
from web import fields, languages, people, segment_words, visit
from web.fields import Field, Option
from web.speech import gettext

MOST = 30
PLAIN = ("title", "key", "description", "owner_id", "version")
INPUTS = ("how", "value", "until", "days", "currency")
DATED, COUNTED = ("since", "before", "between"), ("within", "last")
SIZED = ("amount", "own number")
LISTED = ("words", "own text")


@dataclass(slots=True)
class Row:
    """A condition as its inputs hold it; `how` chooses which of them count."""

    name: str
    kind: str
    how: str = ""
    value: str = ""
    until: str = ""
    days: str = ""
    currency: str = ""
    chosen: Sequence[str] = ()
    error: str = ""
    options: Sequence[Option] = ()
    hows: Sequence[Option] = ()

    @property
    def label(self) -> str:
        """What the condition is called."""
        return segment_words.label(self.name)


@dataclass(slots=True)
class Typed:
    """A form as it was filled in."""

    title: str = ""
    key: str = ""
    description: str = ""
    owner_id: str = ""
    version: str = ""
    rows: list[Row] = field(default_factory=list)


def empty() -> Typed:
    """Return a new segment's form: it is the visitor's, and begins with the status."""
    return Typed(owner_id=str(visit.viewer().id), rows=[_fresh("status")])


def held(segment: Segment) -> Typed:
    """Return the form of a segment."""
    return Typed(
        languages.titled(segment.title, segment.key),
        segment.key,
        segment.description,
        fields.shown(segment.owner_id),
        str(segment.version),
        [_row(name, text) for name, text in segment.pairs],
    )


def typed() -> Typed:
    """Return what was sent, after a row was added or taken away where that was asked."""
    sent = request.form
    then, added = sent.get("then", ""), sent.get("added", "")
    numbered = (f"-{number}" for number in range(MOST))
    rows = [_sent(sent, one) for one in numbered if f"name{one}" in sent and then != f"remove{one}"]
    if then == "add" and added in segments.names(visit.tx()) and len(rows) < MOST:
        rows.append(_fresh(added))
    title, key, description, owner, version = (sent.get(name, "").strip() for name in PLAIN)
    return Typed(title, key, description, owner, version, rows)


def is_looked_at() -> bool:
    """Say whether nothing is to be saved: a row comes or goes, or the visitor only looks."""
    return request.form.get("then", "save") != "save"


def pairs(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """Return the conditions that rows say, each checked; what is wrong stands in `error`, and refuses all of them."""
    found, wrong = [], {}
    for number, row in enumerate(rows):
        try:
            if not _is_filled(row):
                raise invalid(gettext("Please fill in “%(label)s”.", label=row.label))
            text = str(_words(row))
            segments.conditions(visit.tx(), [(row.name, text)])
            found.append((row.name, text))
        except Rejection as refused:
            row.error = wrong[f"value-{number}"] = refused.sentence
    if wrong:
        raise fields.Refused(wrong)
    return found


def values(sent: Typed, segment: Segment | None) -> dict[str, Any]:
    """Return the values for `segments.create` and `redefine`; a title in several languages changes in one."""
    title: Any = sent.title
    if segment is not None and isinstance(segment.title, Mapping):
        is_same = title == languages.titled(segment.title)
        title = segment.title if is_same else {**segment.title, languages.language(): title}
    owner = request.form.get("owner_id", type=numbers.whole)
    known = {"title": title, "description": sent.description, "filters": pairs(sent.rows)}
    return {**known, "owner_id": owner}


def choices() -> list[Option]:
    """Return the conditions that can be added, in the order in which filters stand."""
    return [Option(name, segment_words.label(name)) for name in segments.names(visit.tx())]


def owners(segment: Segment | None) -> tuple[Option, ...]:
    """Return who can answer for a segment."""
    also = segment.owner_id if segment is not None else None
    return people.options(prefix="", also=also)


def _fresh(name: str) -> Row:
    return _furnished(Row(name, segments.known(visit.tx(), name).kind))


def _furnished(row: Row) -> Row:
    """Give a row what its inputs offer."""
    hows = words.HOWS.get(row.kind, ())
    row.hows = [Option(one, segment_words.how(one)) for one in hows]
    row.how = row.how if row.how in hows else next(iter(hows), "")
    row.options = segment_words.options(row.name) if row.kind == "choice" else ()
    return row


def _row(name: str, text: str) -> Row:
    """Return the row of a kept condition; one that cannot be read any more is shown as it is written."""
    try:
        kind = segments.known(visit.tx(), name).kind
        found = words.read(kind, text)
    except Rejection as refused:
        return Row(name, "words", value=text, error=refused.sentence)
    row = Row(name, kind, how=found.how, currency=found.currency or "")
    if found.how in (*COUNTED, "for"):
        row.days = found.values[0]
    elif kind == "choice":
        row.chosen = [one if name == "team" else one.lower() for one in found.values]
    elif kind in LISTED or kind == "yes or no":
        row.value = ", ".join(found.values)
    else:
        shown = [_localised(kind, one) for one in found.values]
        row.value, row.until = [*shown, "", ""][:2]
    return _furnished(row)


def _sent(sent: MultiDict[str, str], number: str) -> Row:
    name = sent[f"name{number}"]
    try:
        kind = segments.known(visit.tx(), name).kind
    except Rejection as refused:
        return Row(name, "words", value=sent.get(f"value{number}", ""), error=refused.sentence)
    how, value, until, days, currency = (sent.get(one + number, "").strip() for one in INPUTS)
    row = Row(name, kind, how, value, until, days, currency)
    row.chosen = sent.getlist(f"value{number}") if kind == "choice" else ()
    return _furnished(row)


def _is_filled(row: Row) -> bool:
    """Say whether an input that its word needs holds anything."""
    if row.how in ("today", "filled", "empty"):
        return True
    counts = row.kind == "days" or row.how in COUNTED
    return bool(row.days if counts else row.chosen or row.value)


def _words(row: Row) -> words.Words:
    """Return what a row's inputs say; whether it can be read is asked afterwards."""
    if row.kind == "choice":
        return words.Words("is", tuple(row.chosen))
    if row.kind == "days":
        return words.Words("for", (row.days,))
    if row.kind in LISTED or row.kind == "yes or no":
        listed = (row.value,) if row.how in ("", "is") else ()
        return words.Words(row.how or "is", listed)
    if row.how in COUNTED:
        return words.Words(row.how, (row.days,))
    if row.how not in (*DATED, "above", "below", "is"):
        return words.Words(row.how)
    inputs = (row.value, row.until) if row.how == "between" else (row.value,)
    found = tuple(_number(row, one) if row.kind in SIZED else one for one in inputs)
    return words.Words(row.how, found, row.currency.upper() or None)


def _number(row: Row, text: str) -> str:
    value = fields.value_of(Field(row.name, "number", row.label, required=True), text)
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _localised(kind: str, text: str) -> str:
    number = words.number(text) if kind in SIZED else None
    return fields.shown(number) if number is not None else text
