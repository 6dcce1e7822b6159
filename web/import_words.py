"""Words about imports: states, kinds of columns, and what a column may become."""

from __future__ import annotations

from flask import Flask

from web import process_words
from web.speech import gettext


def init_app(app: Flask) -> None:
    """Make the words filters of `app`'s templates."""
    for form in (import_word, kind_word, target_word):
        app.add_template_filter(form, form.__name__)


def import_word(state: str) -> str:
    """Return how far an import is."""
    known = {
        "prepared": gettext("not yet begun"),
        "running": gettext("is being written"),
        "announcing": gettext("is being told"),
        "done": gettext("done"),
        "undoing": gettext("is being undone"),
        "undone": gettext("undone"),
    }
    return known.get(state, state)


def kind_word(kind: str) -> str:
    """Return what a column holds."""
    known = {
        "text": gettext("text"),
        "number": gettext("numbers"),
        "date": gettext("dates"),
        "mail": gettext("mail addresses"),
        "phone": gettext("phone numbers"),
        "empty": gettext("nothing"),
    }
    return known.get(kind, kind)


def target_word(target: str) -> str:
    """Return what a field that a column may become is called."""
    known = {
        "name": gettext("Name"),
        "kind": gettext("Kind"),
        "number": gettext("Client number"),
        "client": gettext("Client"),
        "first_name": gettext("First name"),
        "last_name": gettext("Last name"),
        "contact_name": gettext("Name of the contact"),
        "contact_position": gettext("Position of the contact"),
        "contact_phone": gettext("Phone of the contact"),
        "contact_mail": gettext("Mail of the contact"),
        "owner": gettext("Owner"),
        "status": gettext("Status"),
        "phone": gettext("Phone"),
        "mail": gettext("Mail"),
        "tax_number": gettext("Tax number"),
        "street": gettext("Street"),
        "postcode": gettext("Postcode"),
        "city": gettext("City"),
        "region": gettext("Region"),
        "country": gettext("Country"),
        "website": gettext("Website"),
        "language": gettext("Language"),
        "birthday": gettext("Birthday or founding date"),
        "source": gettext("Source"),
        "tags": gettext("Tags"),
        "note": gettext("Note"),
        "position": gettext("Position"),
    }
    return known.get(target, process_words.spoken(target))
