"""What comes from outside becomes typed values here, or a sentence that names the field to mend."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from crm_entities import currencies, phones
from ledger.rejection import Rejection, invalid

LANGUAGES = ("en", "fr", "pl", "ru", "zh")
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_MAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\"]{2,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PLACES = 4
LARGEST = Decimal("99999999999.9999")


def load(
    shape: Schema, values: Mapping[str, Any], *, partial: bool | tuple[str, ...] = False
) -> dict[str, Any]:
    """Return `values` typed and normalised; `partial` where some fields of a record change.

    Text is stripped; an empty text means null where null is allowed. Raises
    `Rejection(invalid_argument)` with the first field at fault.
    """
    cleaned = {name: _cleaned(shape, name, value) for name, value in values.items()}
    try:
        loaded: dict[str, Any] = shape.load(cleaned, partial=partial, unknown=RAISE)
    except ValidationError as fault:
        field, words = first_fault(fault.messages)
        raise invalid(f"{field}: {words}", field=field) from fault
    return loaded


def first_fault(messages: object, field: str = "") -> tuple[str, str]:
    """Return the first field at fault and what is said about it; a row of a list counts from 1."""
    if isinstance(messages, dict):
        name, inner = next(iter(messages.items()))
        where = str(name + 1) if isinstance(name, int) else str(name)
        return first_fault(inner, f"{field} {where}".strip() if field else where)
    return field.partition(" ")[0], str(messages[0] if isinstance(messages, list) else messages)


def only(values: Mapping[str, Any], known: Collection[str]) -> None:
    """Raise `Rejection(invalid_argument)` where `values` has a field that is not known."""
    for name in values:
        if name not in known:
            raise invalid(
                f"Expected one of the fields {', '.join(sorted(known))}, but got {name!r}",
                field=name,
            )


def _cleaned(shape: Schema, name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    field = shape.fields.get(name)
    text = value.strip()
    return None if text == "" and field is not None and field.allow_none else text


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def must_be_zone(text: str) -> None:
    """Refuse a text that names no time zone of the IANA's list."""
    if text not in _zones():
        raise ValidationError(f"Expected a time zone such as Europe/Berlin, but got {text!r}.")


class Text(fields.String):
    """Text of a bounded length without control characters."""

    def __init__(self, most: int, **more: Any) -> None:
        super().__init__(validate=validate.Length(max=most), **more)

    def _deserialize(self, value: object, attr: str | None, data: object, **more: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **more)
        if _CONTROL.search(text):
            raise ValidationError("Expected text without control characters.")
        return text.strip()


class Mail(Text):
    """A mail address; the part behind the @ in small letters."""

    def __init__(self, **more: Any) -> None:
        super().__init__(254, **more)

    def _deserialize(self, value: object, attr: str | None, data: object, **more: Any) -> str:
        text = super()._deserialize(value, attr, data, **more)
        if text and not _MAIL.fullmatch(text):
            raise ValidationError(f"Expected a mail address, but got {text!r}.")
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
        if number != round(number, PLACES):
            raise ValidationError(f"Expected at most four decimal places, but got {value}.")
        return round(number, PLACES).normalize() + 0


class AddressShape(Schema):
    """A postal address; `country` is ISO 3166."""

    label = Text(40, load_default="")
    street = Text(200, load_default="")
    postcode = Text(20, load_default="")
    city = Text(120, load_default="")
    region = Text(120, load_default="")
    country = fields.String(load_default="", validate=validate.OneOf(sorted({*phones.REGIONS, ""})))


class CompanyShape(Schema):
    """The company's own facts."""

    name = Text(120)
    country = fields.String(validate=validate.OneOf(sorted(phones.REGIONS)))
    currency = fields.String(validate=validate.OneOf(sorted(currencies.CODES)))
    language = fields.String(validate=validate.OneOf(LANGUAGES))
    zone = fields.String(validate=must_be_zone)
    calendar = Text(64, allow_none=True)


class StaffShape(Schema):
    """A staff member as a form or a call gives him."""

    region = "DE"

    login = fields.String(
        required=True,
        validate=validate.Regexp(
            r"[a-z0-9][a-z0-9._@-]{0,63}\Z", error="Expected letters, digits, . _ @ -."
        ),
    )
    name = Text(120, required=True)
    mail = Mail(load_default="")
    phone = Phone(load_default="")
    title = Text(120, load_default="")
    language = fields.String(allow_none=True, validate=validate.OneOf(LANGUAGES))
    zone = fields.String(allow_none=True, validate=must_be_zone)
    team_id = fields.Integer(allow_none=True)
    manager_id = fields.Integer(allow_none=True)
    roles = fields.List(fields.String(), load_default=lambda: ["employee"])
    working_hours = fields.Dict(
        keys=fields.String(validate=validate.OneOf(_DAYS)),
        values=fields.List(fields.String(validate=validate.Regexp(_HOURS))),
        allow_none=True,
    )
    quiet_hours = fields.Dict(
        keys=fields.String(validate=validate.OneOf(("from", "to"))),
        values=fields.String(validate=validate.Regexp(_TIME)),
        allow_none=True,
    )


class ClientShape(Schema):
    """A client as a form, a call or a row of an import gives it."""

    def __init__(self, region: str = "DE") -> None:
        super().__init__()
        self.region = region

    kind = fields.String(load_default="company", validate=validate.OneOf(("company", "person")))
    name = Text(200, required=True)
    number = Text(40, allow_none=True)
    owner_id = fields.Integer(allow_none=True)
    team_id = fields.Integer(allow_none=True)
    audience = fields.String(allow_none=True, validate=validate.OneOf(("own", "all")))
    tags = Tags()
    source = Text(80, allow_none=True)
    website = Text(200, allow_none=True)
    language = fields.String(allow_none=True, validate=validate.OneOf(LANGUAGES))
    birthday = fields.Date(allow_none=True)
    addresses = fields.List(fields.Nested(AddressShape), validate=validate.Length(max=20))
    phones = Labelled(Phone(), validate=validate.Length(max=20))
    mails = Labelled(Mail(), validate=validate.Length(max=20))
    tax_numbers = Labelled(Text(40), validate=validate.Length(max=10))
    calendar = Text(64, allow_none=True)
    note = Text(10_000, allow_none=True)
    custom = fields.Dict()


class ContactShape(Schema):
    """A contact as a form, a call or a row of an import gives it."""

    def __init__(self, region: str = "DE") -> None:
        super().__init__()
        self.region = region

    client_id = fields.Integer(required=True)
    name = Text(200, required=True)
    position = Text(120, allow_none=True)
    phones = Labelled(Phone(), validate=validate.Length(max=20))
    mails = Labelled(Mail(), validate=validate.Length(max=20))
    language = fields.String(allow_none=True, validate=validate.OneOf(LANGUAGES))
    birthday = fields.Date(allow_none=True)
    is_main = fields.Boolean()
    note = Text(10_000, allow_none=True)
    custom = fields.Dict()


class DealShape(Schema):
    """A deal as a form or a call gives it."""

    client_id = fields.Integer(required=True)
    title = Text(200, required=True)
    pipeline = fields.String()
    pipeline_stage = fields.String()
    amount = Money(allow_none=True)
    currency = fields.String(validate=validate.OneOf(sorted(currencies.CODES)))
    close_date = fields.Date(allow_none=True)
    probability = fields.Integer(allow_none=True, validate=validate.Range(0, 100))
    owner_id = fields.Integer(allow_none=True)
    team_id = fields.Integer(allow_none=True)
    audience = fields.String(allow_none=True, validate=validate.OneOf(("own", "all")))
    lost_reason = Text(500, allow_none=True)
    source = Text(80, allow_none=True)
    note = Text(10_000, allow_none=True)
    custom = fields.Dict()


class InteractionShape(Schema):
    """An activity as a form or a call gives it."""

    kind = fields.String(
        required=True, validate=validate.OneOf(("call", "meeting", "mail", "note"))
    )
    summary = Text(200, required=True)
    body = Text(20_000, load_default="")
    at = fields.AwareDateTime(allow_none=True)
    client_id = fields.Integer(allow_none=True)
    deal_id = fields.Integer(allow_none=True)
    contact_id = fields.Integer(allow_none=True)
