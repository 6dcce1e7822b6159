"""One row of a file becomes the fields of a client or contact, or a reason why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from crm_entities import custom_fields, shapes
from crm_entities.imports import cells, words
from crm_entities.imports.cells import Writing
from crm_entities.imports.columns import Column, shown
from crm_entities.imports.reading import Cell
from ledger.rejection import Rejection
from ledger.transaction import Transaction
from ledger.words import Sentence, say

ADDRESS: Final = ("street", "postcode", "city", "region", "country")
_LIST = re.compile(r"[;,|/\n]+")


@dataclass(slots=True)
class Row:
    """A row of the file, by its number there: its fields, or why it is rejected.

    `fields` are those of the record, `contact` those of the person named
    beside a client; `references` are words that stand for other records.
    """

    number: int
    fields: dict[str, Any] = field(default_factory=dict)
    contact: dict[str, Any] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    reason: str | None = None
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads rows of one file for one entity: the columns with their targets, and the country of bare phone numbers."""

    entity: str
    columns: Sequence[Column]
    mapping: Mapping[int, str]
    writings: Mapping[int, Writing]
    region: str
    kinds: Mapping[str, str]

    def row(self, number: int, every: Sequence[Cell]) -> Row:
        """Return one row read and checked as far as it can be without other rows."""
        row = Row(number)
        try:
            raw = self._raw(every)
            if not raw:
                row.reason = say("the row is empty")
                return row
            self._fill(row, raw)
        except Rejection as refusal:
            row.reason = refusal.sentence
        return row

    def _raw(self, every: Sequence[Cell]) -> dict[str, list[tuple[str, Any]]]:
        """Return (title, value) of the filled cells by target."""
        raw: dict[str, list[tuple[str, Any]]] = {}
        for column in self.columns:
            target, cell = self.mapping.get(column.index, ""), every[column.index]
            if target and cell != "":
                value = self._value(column, target, cell)
                raw.setdefault(target, []).append((column.title, value))
        return raw

    def _value(self, column: Column, target: str, cell: Cell) -> object:
        writing = self.writings[column.index]
        kind = "date" if target == "birthday" else self.kinds.get(target, "text")
        if kind == "date":
            return _needed(cells.date_of(cell, writing), cell, column.title, say("a date"))
        if kind == "number":
            return _needed(cells.number_of(cell, writing), cell, column.title, say("a number"))
        meant = _WORDS.get(target)
        text = shown(cell)
        return text if meant is None else _needed(meant(text), cell, column.title, _CALLED[target])

    def _fill(self, row: Row, raw: dict[str, list[tuple[str, Any]]]) -> None:
        single = {target: values[0][1] for target, values in raw.items()}
        fields: dict[str, Any] = {name: single[name] for name in _PLAIN if name in single}
        fields["name"] = _name(single)
        if any(name in single for name in ADDRESS):
            fields["addresses"] = [{name: single[name] for name in ADDRESS if name in single}]
        for target, column in (
            ("phone", "phones"),
            ("mail", "mails"),
            ("tax_number", "tax_numbers"),
        ):
            if target in raw:
                fields[column] = _labelled(raw[target], is_split=target != "tax_number")
        if "tags" in raw:
            fields["tags"] = [tag for _, text in raw["tags"] for tag in _LIST.split(text)]
        if "note" in raw:
            fields["note"] = "\n".join(text for _, text in raw["note"])
        row.references = {name: single[name] for name in ("owner", "client") if name in single}
        row.fields = self._checked(row, fields, single)
        row.contact = self._contact(raw, single)

    def _checked(
        self, row: Row, fields: dict[str, Any], single: Mapping[str, Any]
    ) -> dict[str, Any]:
        status = fields.pop("status", None)
        region = single.get("country", self.region)
        shape = (
            shapes.ClientShape(region) if self.entity == "client" else shapes.ContactShape(region)
        )
        typed = shapes.load(shape, fields, partial=("client_id",))
        typed["custom"] = {
            target.removeprefix("custom."): value
            for target, value in single.items()
            if target.startswith("custom.")
        }
        if status is not None:
            typed["status"] = status
        if not typed.get("name"):
            raise Rejection(
                "invalid_argument", "Expected a name, but the row has none", field="name"
            )
        if self.entity == "client" and not (
            typed.get("phones") or typed.get("mails") or typed.get("addresses")
        ):
            row.warnings.append(say("no phone, mail or address"))
        return typed

    def _contact(
        self, raw: Mapping[str, list[tuple[str, Any]]], single: Mapping[str, Any]
    ) -> dict[str, Any]:
        if "contact_name" not in single:
            return {}
        given: dict[str, Any] = {"name": single["contact_name"]}
        if "contact_position" in single:
            given["position"] = single["contact_position"]
        for target, column in (("contact_phone", "phones"), ("contact_mail", "mails")):
            if target in raw:
                given[column] = _labelled(raw[target], is_split=True)
        return shapes.load(shapes.ContactShape(self.region), given, partial=("client_id",))


def reader(
    tx: Transaction,
    entity: str,
    columns: Sequence[Column],
    mapping: Mapping[int, str],
    region: str,
    order: cells.Order | None = None,
) -> Reader:
    """Return the reader of a file; `order` settles dates that the file leaves open."""
    writings = {
        column.index: Writing(column.writing.decimal, order or column.writing.order)
        for column in columns
    }
    kinds = {f"custom.{one.key}": one.kind for one in custom_fields.of_entity(tx, entity)}
    return Reader(entity, columns, mapping, writings, region, kinds)


_PLAIN: Final = (
    "kind",
    "number",
    "status",
    "source",
    "website",
    "language",
    "birthday",
    "position",
)
_WORDS: Final[Mapping[str, Callable[[str], str | None]]] = {
    "country": words.country,
    "language": words.language,
    "status": words.status,
    "kind": words.kind,
}


_CALLED: Final[Mapping[str, Sentence]] = {
    "country": say("country"),
    "language": say("language"),
    "status": say("status"),
    "kind": say("kind"),
}


def _needed(value: object, cell: Cell, title: str, what: str) -> object:
    if value is None:
        raise Rejection(
            "invalid_argument",
            "Expected %(kind)s in column %(title)s, but got “%(shown)s”",
            kind=what,
            title=title,
            shown=shown(cell)[:80],
        )
    return value.isoformat() if isinstance(value, date) else value


def _name(single: Mapping[str, Any]) -> str:
    given = " ".join(single[part] for part in ("first_name", "last_name") if part in single)
    return str(single.get("name") or given)


def _labelled(values: Sequence[tuple[str, str]], *, is_split: bool) -> list[dict[str, str]]:
    """Return values with the titles of their columns as labels, where there are several columns."""
    return [
        {"value": part.strip(), "label": title if len(values) > 1 else ""}
        for title, text in values
        for part in (re.split(r"[;,\n]+", text) if is_split else [text])
        if part.strip()
    ]
