"""Kinds of input: text, mail, phone, tags, money; each refuses in a sentence what it cannot be."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from marshmallow import ValidationError, fields, validate

from crm_entities import phones
from ledger import words
from ledger.rejection import Rejection

_MAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\"]{2,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
PLACES = 4
LARGEST = Decimal("99999999999.9999")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def must_be_zone(text: str) -> None:
    """Refuse a text that names no time zone of the IANA's list."""
    if text not in _zones():
        raise ValidationError(
            words.say("Expected a time zone such as Europe/Berlin, but got “%(text)s”.", text=text)
        )


class Text(fields.String):
    """Text of a bounded length without control characters."""

    def __init__(self, most: int, **more: Any) -> None:
        super().__init__(validate=validate.Length(max=most), **more)

    def _deserialize(self, value: object, attr: str | None, data: object, **more: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **more)
        if _CONTROL.search(text):
            raise ValidationError(words.say("Expected text without control characters."))
        return text.strip()


class Mail(Text):
    """A mail address; the part behind the @ in small letters."""

    def __init__(self, **more: Any) -> None:
        super().__init__(254, **more)

    def _deserialize(self, value: object, attr: str | None, data: object, **more: Any) -> str:
        text = super()._deserialize(value, attr, data, **more)
        if text and not _MAIL.fullmatch(text):
            raise ValidationError(
                words.say("Expected a mail address, but got “%(text)s”.", text=text)
            )
        name, at, host = text.rpartition("@")
        return f"{name}{at}{host.lower()}"


class Phone(Text):
    """A phone number, kept as E.164; without a country code it is one of the shape's `region`."""

    def __init__(self, **more: Any) -> None:
        super().__init__(phones.MOST, **more)

    def _deserialize(self, value: object, attr: str | None, data: object, **more: Any) -> str:
        text = super()._deserialize(value, attr, data, **more)
        try:
            return phones.normalised(text, getattr(self.root, "region", "DE")) if text else ""
        except Rejection as fault:
            raise ValidationError(fault.sentence) from fault


class Labelled(fields.List[Any]):
    """A list of `{"value": …, "label": …}`; a bare text stands for a value without a label. Each value once."""

    def _deserialize(self, value: object, attr: str | None, data: object, **more: Any) -> list[Any]:
        rows = [value] if isinstance(value, (str, dict)) else value
        labels: list[str] = []
        values: list[Any] = []
        for row in rows if isinstance(rows, list) else []:
            bare = row if isinstance(row, dict) else {"value": row, "label": ""}
            if bare.get("value"):
                values.append(bare["value"])
                labels.append(str(bare.get("label") or "")[:40])
        typed = super()._deserialize(values, attr, data, **more)
        kept = dict(reversed(list(zip(typed, labels, strict=True))))
        return [{"value": one, "label": kept.pop(one)} for one in typed if one in kept]


class Tags(fields.List[Any]):
    """Tags: short texts, each once, whatever its case."""

    def __init__(self, **more: Any) -> None:
        super().__init__(Text(40), validate=validate.Length(max=50), **more)

    def _deserialize(self, value: object, attr: str | None, data: object, **more: Any) -> list[Any]:
        rows = value.split(",") if isinstance(value, str) else value
        typed: list[Any] = super()._deserialize(rows, attr, data, **more)
        first: dict[str, str] = {}
        for tag in typed:
            first.setdefault(tag.casefold(), tag)
        return [tag for tag in first.values() if tag]


class Money(fields.Decimal):
    """An exact amount with at most four places."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            allow_nan=False, validate=validate.Range(min=-LARGEST, max=LARGEST), **more
        )

    def _validated(self, value: object) -> Decimal:
        number = super()._validated(value)
        if abs(number) > LARGEST:
            return number  # the range says it; so large a number cannot be rounded
        if number != round(number, PLACES):
            raise ValidationError(
                words.say("Expected at most four decimal places, but got %(value)s.", value=value)
            )
        return round(number, PLACES).normalize() + 0
