"""Segments in the reader's words: what their conditions are called, what stands behind them, whom a schedule means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Row

from crm_entities import custom_fields, segments, staff, teams
from crm_entities.segments import facts, own_fields, words
from crm_entities.segments.words import Words
from ledger.rejection import Rejection
from web import fields, formats, languages, shown, visit
from web.fields import Option
from web.speech import gettext, lazy_gettext, listed, ngettext


def label(name: str) -> str:
    """Return what a filter is called."""
    if name.startswith(own_fields.PREFIX):
        key = name.removeprefix(own_fields.PREFIX)
        known = {one.key: one.title for one in custom_fields.of_entity(visit.tx(), "client")}
        return languages.titled(known.get(key), key)
    known_names = {
        "segment": gettext("Segment"),
        "status": gettext("Status"),
        "kind": gettext("Kind"),
        "tag": gettext("Tag"),
        "without tag": gettext("Without tag"),
        "source": gettext("Source"),
        "country": gettext("Country"),
        "city": gettext("City"),
        "language": gettext("Language"),
        "team": gettext("Team"),
        "owner": gettext("Owner"),
        "no contact for": gettext("No contact for"),
        "contact within": gettext("Contact within"),
        "birthday": gettext("Birthday or founding date"),
        "created": gettext("Written down"),
        "open deal": gettext("Has an open deal"),
        "won deal": gettext("Has a won deal"),
        "deal amount": gettext("Amount of a deal"),
    }
    return known_names.get(name, name)


def how(word: str) -> str:
    """Return what a form offers as the begin of a value."""
    known = {
        "is": gettext("is"),
        "above": gettext("above"),
        "below": gettext("below"),
        "between": gettext("from … to …"),
        "since": gettext("since"),
        "before": gettext("before"),
        "within": gettext("in the next days"),
        "last": gettext("in the last days"),
        "today": gettext("today"),
        "filled": gettext("is filled"),
        "empty": gettext("is empty"),
    }
    return known[word]


def options(name: str) -> tuple[Option, ...]:
    """Return the values that a filter with choices has."""
    tx = visit.tx()
    if name == "status":
        known = facts.CHOICES["status"]
        return tuple(Option(one, shown.client_status(one).word) for one in known)
    if name == "kind":
        return (Option("company", gettext("company")), Option("person", gettext("person")))
    if name == "language":
        known = facts.CHOICES["language"]
        return tuple(Option(one, languages.LANGUAGES.get(one, one)) for one in known)
    if name == "team":
        return tuple(Option(one.name, one.name) for one in teams.listing(tx))
    if name == "owner":
        nobody = Option(facts.NOBODY, gettext("nobody"))
        return (*(Option(one.login, one.name) for one in staff.listing(tx)), nobody)
    own = own_fields.field(tx, name)
    return tuple(Option(choice, choice) for choice in own.choices or ())


def condition(name: str, text: str) -> str:
    """Return a condition as a sentence's part: “Status: active, regular”; one that cannot be read as it is written."""
    try:
        kind = segments.known(visit.tx(), name).kind
        found = words.read(kind, text)
    except Rejection:
        return gettext("%(place)s: %(words)s", place=label(name), words=text)
    value = _value(name, kind, found)
    return gettext("%(place)s: %(words)s", place=label(name), words=value)


def conditions(pairs: Iterable[Sequence[str]]) -> list[str]:
    """Return conditions in words; a segment by its title."""
    return [
        gettext("Segment: %(title)s", title=segment_title(text))
        if name == segments.SEGMENT
        else condition(name, text)
        for name, text in pairs
    ]


def redefined(event: Row[Any], _told: object) -> str:
    """Say how a segment's conditions were and are; of its title, remark or owner only that it is another."""
    changes = (event.data or {}).get("changes", {})
    if "filters" not in changes:
        return gettext("The segment was changed")
    before, after = (" · ".join(conditions(one)) for one in changes["filters"])
    return gettext("The segment meant “%(before)s”, now “%(after)s”", before=before, after=after)


def segment_title(key: str) -> str:
    """Return what a segment is called, its key where there is none."""
    try:
        return languages.titled(segments.get(visit.tx(), key.strip()).title, key)
    except Rejection:
        return key


def _value(name: str, kind: str, found: Words) -> str:
    if found.how in ("for", "within", "last"):
        return _days(found.how, int(found.values[0]))
    if found.how in ("today", "filled", "empty"):
        return how(found.how)
    if kind == "yes or no":
        return gettext("yes") if found.values == ("yes",) else gettext("no")
    values = [_said(name, kind, one, found.currency) for one in found.values]
    if found.how == "between":
        return gettext("%(first)s to %(last)s", first=values[0], last=values[1])
    said = listed(values)
    return said if found.how == "is" else f"{how(found.how)} {said}"


def _days(word: str, number: int) -> str:
    if word == "within":
        return ngettext("in the next %(num)s day", "in the next %(num)s days", number)
    if word == "last":
        return ngettext("in the last %(num)s day", "in the last %(num)s days", number)
    return ngettext("%(num)s day", "%(num)s days", number)


def _said(name: str, kind: str, text: str, currency: str | None) -> str:
    if kind == "choice":
        known = {one.value.lower(): one.title for one in options(name)}
        return known.get(text.lower(), text)
    number = words.number(text) if kind in ("amount", "own number") else None
    if number is not None:
        return formats.money(number, currency) if currency else fields.shown(number)
    day = words.dated(text) if kind in ("dates", "own date") else None
    return formats.day(day) if isinstance(day, date) else text


EVENTS: Final[Mapping[str, tuple[str, str, Any]]] = {
    "segment_created": ("plus", "accent", lazy_gettext("The segment was made")),
    "segment_redefined": ("pencil", "blue", redefined),
    "segment_retired": ("archive", "plain", lazy_gettext("The segment was retired")),
    "segment_brought_back": ("refresh", "green", lazy_gettext("The segment was brought back")),
}
"""Icon, tone and words of what happens to a segment, for the timeline."""
