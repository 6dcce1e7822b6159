"""What comes from outside becomes typed values here, or a sentence that names the field to mend."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from crm_entities import currencies, faults, inputs, phones
from ledger.rejection import invalid

LANGUAGES = ("en", "fr", "pl", "ru", "zh")
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


COUNTRY = validate.OneOf(
    phones.REGIONS, error="Expected a country's code such as DE, but got {input!r}."
)
COUNTRY_OR_NONE = validate.OneOf({*phones.REGIONS, ""}, error=COUNTRY.error)
CURRENCY = validate.OneOf(
    currencies.CODES, error="Expected a currency's code such as EUR, but got {input!r}."
)


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
        place, words = first_fault(fault.messages)
        raise invalid(
            "%(place)s: %(words)s", place=place, words=words, field=place.partition(" ")[0]
        ) from fault
    return loaded


def first_fault(messages: object, field: str = "") -> tuple[str, str]:
    """Return the first place at fault (`addresses 1 country`) and what is said about it; rows count from 1."""
    if isinstance(messages, dict):
        name, inner = next(iter(messages.items()))
        where = str(name + 1) if isinstance(name, int) else str(name)
        return first_fault(inner, f"{field} {where}".strip() if field else where)
    found = messages[0] if isinstance(messages, list) else messages
    return field, faults.spoken(found if isinstance(found, str) else str(found))


def only(values: Mapping[str, Any], known: Collection[str]) -> None:
    """Raise `Rejection(invalid_argument)` where `values` has a field that is not known."""
    for name in values:
        if name not in known:
            raise invalid(
                "Expected one of the fields %(known)s, but got “%(name)s”",
                known=sorted(known),
                name=name,
                field=name,
            )


def _cleaned(shape: Schema, name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    field = shape.fields.get(name)
    text = value.strip()
    return None if text == "" and field is not None and field.allow_none else text


class AddressShape(Schema):
    """A postal address; `country` is ISO 3166."""

    label = inputs.Text(40, load_default="")
    street = inputs.Text(200, load_default="")
    postcode = inputs.Text(20, load_default="")
    city = inputs.Text(120, load_default="")
    region = inputs.Text(120, load_default="")
    country = fields.String(load_default="", validate=COUNTRY_OR_NONE)


class CompanyShape(Schema):
    """The company's own facts."""

    name = inputs.Text(120)
    country = fields.String(validate=COUNTRY)
    currency = fields.String(validate=CURRENCY)
    language = fields.String(validate=validate.OneOf(LANGUAGES))
    zone = fields.String(validate=inputs.must_be_zone)
    calendar = inputs.Text(64, allow_none=True)


class MailChoicesShape(Schema):
    """How somebody wants mails: at once, in digests, or not."""

    ways = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=validate.OneOf(("now", "hourly", "daily", "never"))),
    )
    daily_at = fields.String(validate=validate.Regexp(_TIME))
    digests = fields.Boolean()
    budget = fields.Integer(allow_none=True, validate=validate.Range(0, 1000))


class StaffShape(Schema):
    """A staff member as a form or a call gives him."""

    region = "DE"

    login = fields.String(
        required=True,
        validate=validate.Regexp(
            r"[a-z0-9][a-z0-9._@-]{0,63}\Z", error="Expected letters, digits, . _ @ -."
        ),
    )
    name = inputs.Text(120, required=True)
    mail = inputs.Mail(load_default="")
    phone = inputs.Phone(load_default="")
    title = inputs.Text(120, load_default="")
    language = fields.String(allow_none=True, validate=validate.OneOf(LANGUAGES))
    zone = fields.String(allow_none=True, validate=inputs.must_be_zone)
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
    mail_choices = fields.Nested(MailChoicesShape, allow_none=True)


class ClientShape(Schema):
    """A client as a form, a call or a row of an import gives it."""

    def __init__(self, region: str = "DE") -> None:
        super().__init__()
        self.region = region

    kind = fields.String(load_default="company", validate=validate.OneOf(("company", "person")))
    name = inputs.Text(200, required=True)
    number = inputs.Text(40, allow_none=True)
    owner_id = fields.Integer(allow_none=True)
    team_id = fields.Integer(allow_none=True)
    audience = fields.String(allow_none=True, validate=validate.OneOf(("own", "all")))
    tags = inputs.Tags()
    source = inputs.Text(80, allow_none=True)
    website = inputs.Text(200, allow_none=True)
    language = fields.String(allow_none=True, validate=validate.OneOf(LANGUAGES))
    birthday = fields.Date(allow_none=True)
    addresses = fields.List(fields.Nested(AddressShape), validate=validate.Length(max=20))
    phones = inputs.Labelled(inputs.Phone(), validate=validate.Length(max=20))
    mails = inputs.Labelled(inputs.Mail(), validate=validate.Length(max=20))
    tax_numbers = inputs.Labelled(inputs.Text(40), validate=validate.Length(max=10))
    calendar = inputs.Text(64, allow_none=True)
    note = inputs.Text(10_000, allow_none=True)
    custom = fields.Dict()


class ContactShape(Schema):
    """A contact as a form, a call or a row of an import gives it."""

    def __init__(self, region: str = "DE") -> None:
        super().__init__()
        self.region = region

    client_id = fields.Integer(required=True)
    name = inputs.Text(200, required=True)
    position = inputs.Text(120, allow_none=True)
    phones = inputs.Labelled(inputs.Phone(), validate=validate.Length(max=20))
    mails = inputs.Labelled(inputs.Mail(), validate=validate.Length(max=20))
    language = fields.String(allow_none=True, validate=validate.OneOf(LANGUAGES))
    birthday = fields.Date(allow_none=True)
    is_main = fields.Boolean()
    note = inputs.Text(10_000, allow_none=True)
    custom = fields.Dict()


class DealShape(Schema):
    """A deal as a form or a call gives it."""

    client_id = fields.Integer(required=True)
    title = inputs.Text(200, required=True)
    pipeline = fields.String()
    pipeline_stage = fields.String()
    amount = inputs.Money(allow_none=True)
    currency = fields.String(validate=CURRENCY)
    close_date = fields.Date(allow_none=True)
    probability = fields.Integer(allow_none=True, validate=validate.Range(0, 100))
    owner_id = fields.Integer(allow_none=True)
    team_id = fields.Integer(allow_none=True)
    audience = fields.String(allow_none=True, validate=validate.OneOf(("own", "all")))
    lost_reason = inputs.Text(500, allow_none=True)
    source = inputs.Text(80, allow_none=True)
    note = inputs.Text(10_000, allow_none=True)
    custom = fields.Dict()


class InteractionShape(Schema):
    """An activity as a form or a call gives it."""

    kind = fields.String(
        required=True, validate=validate.OneOf(("call", "meeting", "mail", "note"))
    )
    summary = inputs.Text(200, required=True)
    body = inputs.Text(20_000, load_default="")
    at = fields.AwareDateTime(allow_none=True)
    client_id = fields.Integer(allow_none=True)
    deal_id = fields.Integer(allow_none=True)
    contact_id = fields.Integer(allow_none=True)
