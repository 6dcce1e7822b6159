"""The form of a client: its fields, what they hold, and the values that a sent form gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from crm_entities import custom_fields
from crm_entities.clients import Client
from engine import calendars
from web import fields, languages, people, visit
from web.fields import Field, Option
from web.speech import gettext

LABELLED = ("phones", "mails", "tax_numbers")
ADDRESS = ("street", "postcode", "city", "country")
LABEL = re.compile(r"^(?P<value>.*?)\s*(?:\((?P<label>[^()]*)\))?$")


def form(client: Client | None = None) -> list[Field]:
    """Return the fields that every client has, then those of the company's own making."""
    owner = client.owner_id if client is not None else None
    kinds = (Option("company", gettext("company")), Option("person", gettext("person")))
    spoken = tuple(Option(code, name) for code, name in languages.LANGUAGES.items())
    one_a_line = gettext("One a line; a word in brackets behind it says which one it is.")
    return [
        Field("name", "text", gettext("Name"), required=True),
        Field("kind", "choice", gettext("Kind"), required=True, options=kinds),
        Field(
            "owner_id", "choice", gettext("Owner"), options=people.options(prefix="", also=owner)
        ),
        Field("number", "text", gettext("Client number")),
        Field("phones", "longtext", gettext("Phone numbers"), help=one_a_line),
        Field("mails", "longtext", gettext("Mail addresses"), help=one_a_line),
        Field("street", "text", gettext("Street")),
        Field("postcode", "text", gettext("Postcode")),
        Field("city", "text", gettext("City")),
        Field(
            "country", "text", gettext("Country"), help=gettext("Two letters, such as DE or FR.")
        ),
        Field("tax_numbers", "longtext", gettext("Tax numbers")),
        Field("website", "text", gettext("Website")),
        Field("language", "choice", gettext("Language"), options=spoken),
        Field("birthday", "date", gettext("Birthday or founding date")),
        Field("source", "text", gettext("Source")),
        Field("tags", "text", gettext("Tags"), help=gettext("Separated by commas.")),
        Field(
            "calendar",
            "choice",
            gettext("Working calendar"),
            options=_calendars(client),
            help=gettext("Deadlines of this client follow it; left empty, those of the team."),
        ),
        Field("note", "longtext", gettext("Note")),
        *own_fields("client"),
    ]


def fresh() -> dict[str, str]:
    """Return what the form of a new client holds: a company, owned by the visitor."""
    return {"kind": "company", "owner_id": str(visit.viewer().id)}


def own_fields(entity: str) -> list[Field]:
    """Return the fields of the company's own making, their names beginning with `custom.`."""
    return [
        Field(
            f"custom.{one.key}",
            one.kind,
            languages.titled(one.title, one.key),
            options=tuple(Option(choice, choice) for choice in one.choices or ()),
        )
        for one in custom_fields.of_entity(visit.tx(), entity)
    ]


def _calendars(client: Client | None) -> tuple[Option, ...]:
    """Return the calendars to choose from; one that the client names stays, whatever became of it."""
    known = calendars.keys(visit.tx())
    named = client.calendar if client is not None else None
    more = {named: named} if named and named not in known else {}
    return tuple(Option(key, title) for key, title in {**known, **more}.items())


def held(client: Client) -> dict[str, str]:
    """Return what the form's inputs hold for a client."""
    first = (client.addresses or [{}])[0]
    rows = {name: "\n".join(_line(row) for row in getattr(client, name)) for name in LABELLED}
    plain = (
        "name",
        "kind",
        "owner_id",
        "number",
        "website",
        "language",
        "birthday",
        "source",
        "calendar",
        "note",
    )
    return {
        **{name: fields.shown(getattr(client, name)) for name in plain},
        **rows,
        **{name: first.get(name, "") for name in ADDRESS},
        "tags": ", ".join(client.tags),
        **{f"custom.{key}": fields.shown(value) for key, value in client.custom.items()},
    }


def values(typed: Mapping[str, str], client: Client | None = None) -> dict[str, Any]:
    """Return the values for `clients.create` or `change`; other addresses than the first are kept."""
    read: dict[str, Any] = dict(fields.read(form(client), typed))
    custom = {
        name.removeprefix("custom."): read.pop(name)
        for name in list(read)
        if name.startswith("custom.")
    }
    address = {name: read.pop(name) or "" for name in ADDRESS}
    before = list(client.addresses) if client is not None else []
    first = {**(before[0] if before else {}), **address, "country": address["country"].upper()}
    read["addresses"] = [first, *before[1:]] if any(address.values()) else before[1:]
    for name in LABELLED:
        read[name] = [_row(line) for line in (read[name] or "").splitlines() if line.strip()]
    read["tags"] = read["tags"] or ""
    read["owner_id"] = None if read["owner_id"] is None else int(read["owner_id"])
    if read["owner_id"] is None and (client is None or "owner_id" not in typed):
        del read["owner_id"]
    return {
        **read,
        "birthday": _iso(read["birthday"]),
        "custom": {key: _iso(one) for key, one in custom.items()},
    }


def _iso(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _line(row: Mapping[str, str]) -> str:
    return f"{row['value']} ({row['label']})" if row.get("label") else row["value"]


def _row(line: str) -> dict[str, str]:
    found = LABEL.match(line.strip())
    if found is None:
        return {"value": line.strip(), "label": ""}
    return {"value": found["value"], "label": found["label"] or ""}
