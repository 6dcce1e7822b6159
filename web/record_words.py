"""What the fields of records are called."""

from __future__ import annotations

from web.speech import gettext


def field_word(name: str) -> str:
    """Return what a record's field is called."""
    known = {
        "name": gettext("Name"),
        "owner": gettext("Owner"),
        "status": gettext("Status"),
        "amount": gettext("Amount"),
        "close_date": gettext("Expected close"),
        "pipeline_stage": gettext("Stage"),
        "lost_reason": gettext("Reason of the loss"),
        "probability": gettext("Probability"),
        "title": gettext("Title"),
        "team": gettext("Team"),
        "phones": gettext("Phone numbers"),
        "mails": gettext("Mail addresses"),
        "addresses": gettext("Addresses"),
        "street": gettext("Street"),
        "postcode": gettext("Postcode"),
        "city": gettext("City"),
        "region": gettext("Region"),
        "country": gettext("Country"),
        "tax_numbers": gettext("Tax numbers"),
        "position": gettext("Position"),
        "language": gettext("Language"),
        "tags": gettext("Tags"),
        "note": gettext("Note"),
        "state": gettext("State"),
        "currency": gettext("Currency"),
        "birthday": gettext("Birthday or founding date"),
        "website": gettext("Website"),
        "source": gettext("Source"),
        "custom": gettext("Own fields"),
    }
    return known.get(name, name.replace("_", " "))
