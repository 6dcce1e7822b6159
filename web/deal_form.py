"""The form of a deal: its fields, what they hold, and the values that a sent form gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_entities import company, pipelines
from crm_entities.deals import Deal
from web import fields, languages, people, visit
from web.client_form import own_fields
from web.fields import Field, Option
from web.speech import gettext

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "PLN", "CZK", "SEK", "NOK", "DKK")


def form(deal: Deal | None = None) -> list[Field]:
    """Return the fields of a deal; a new one also chooses its pipeline."""
    owner = deal.owner_id if deal is not None else None
    known = dict.fromkeys(
        [company.get(visit.tx()).currency, *([deal.currency] if deal else []), *CURRENCIES]
    )
    pipeline = [] if deal is not None else [_pipeline()]
    return [
        Field("title", "text", gettext("Title"), required=True),
        *pipeline,
        Field("amount", "money", gettext("Amount")),
        Field(
            "currency",
            "choice",
            gettext("Currency"),
            options=tuple(Option(code, code) for code in known),
        ),
        Field("close_date", "date", gettext("Expected close")),
        Field("probability", "number", gettext("Probability in percent")),
        Field(
            "owner_id", "choice", gettext("Owner"), options=people.options(prefix="", also=owner)
        ),
        Field("source", "text", gettext("Source")),
        Field("note", "longtext", gettext("Note")),
        *own_fields("deal"),
    ]


def fresh() -> dict[str, str]:
    """Return what the form of a new deal holds: the first pipeline, the company's money, the visitor as owner."""
    known = pipelines.listing(visit.tx())
    return {
        "pipeline": known[0].key if known else "",
        "currency": company.get(visit.tx()).currency,
        "owner_id": str(visit.viewer().id),
    }


def held(deal: Deal) -> dict[str, str]:
    """Return what the form's inputs hold for a deal."""
    plain = (
        "title",
        "amount",
        "currency",
        "close_date",
        "probability",
        "owner_id",
        "source",
        "note",
    )
    own = {f"custom.{key}": fields.shown(value) for key, value in deal.custom.items()}
    return {**{name: fields.shown(getattr(deal, name)) for name in plain}, **own}


def values(typed: Mapping[str, str], deal: Deal | None = None) -> dict[str, Any]:
    """Return the values for `deals.create` or `change`."""
    read: dict[str, Any] = dict(fields.read(form(deal), typed))
    custom = {
        name.removeprefix("custom."): _iso(read.pop(name))
        for name in list(read)
        if name.startswith("custom.")
    }
    for name in ("probability", "owner_id"):
        read[name] = None if read[name] is None else int(read[name])
    wanted = {name: _iso(value) for name, value in read.items()}
    is_owner_kept = deal is None or "owner_id" not in typed
    optional = {"currency", "pipeline", *(("owner_id",) if is_owner_kept else ())}
    kept = {
        name: value for name, value in wanted.items() if value is not None or name not in optional
    }
    return {**kept, "custom": custom}


def _pipeline() -> Field:
    options = tuple(
        Option(one.key, languages.titled(one.title, one.key))
        for one in pipelines.listing(visit.tx())
    )
    return Field("pipeline", "choice", gettext("Pipeline"), options=options)


def _iso(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
