"""How a promise was moved after it was made: each time in a sentence, the oldest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.clocks.facts import moment
from web import formats, shown
from web.speech import gettext

MIGRATED = "migrated"


def told(facts: Sequence[Mapping[str, Any]] | None) -> list[str]:
    """Return a sentence for each time that the promise was set, began or was reckoned anew."""
    shown.gather(one.get(role) for one in facts or () for role in ("who", "to"))
    return [words for words in map(_words, facts or ()) if words]


def _words(one: Mapping[str, Any]) -> str:
    """Return what happened; empty for a fact that moved nothing."""
    when = formats.moment(moment(one["at"]))
    is_migrated = one.get("reason") == MIGRATED
    if one["fact"] == "due_overridden":
        return _set(one, when, is_migrated=is_migrated)
    if one["fact"] == "restarted":
        return _restarted(one, when, is_migrated=is_migrated)
    if one["fact"] == "recomputed" and "from" in one:
        return _recomputed(one, when, is_migrated=is_migrated)
    return ""


def _set(one: Mapping[str, Any], when: str, *, is_migrated: bool) -> str:
    due = formats.moment(moment(one["due"]))
    if is_migrated:
        return gettext(
            "%(when)s: the case moved to another version of its process, and some time was left for it; due %(due)s.",
            when=when,
            due=due,
        )
    if one.get("to"):
        return gettext(
            "%(when)s: handed over to %(whom)s, and some time was left for it; due %(due)s.",
            when=when,
            whom=shown.who(one["to"]),
            due=due,
        )
    return gettext(
        "%(when)s: %(who)s set the due date to %(to)s: %(reason)s",
        when=when,
        who=_who(one),
        to=due,
        reason=one.get("reason") or "",
    )


def _restarted(one: Mapping[str, Any], when: str, *, is_migrated: bool) -> str:
    if is_migrated:
        return gettext(
            "%(when)s: it began again, because the case moved to another version of its process.",
            when=when,
        )
    return gettext(
        "%(when)s: it began again, because it was handed over to %(whom)s.",
        when=when,
        whom=shown.who(one.get("to")),
    )


def _recomputed(one: Mapping[str, Any], when: str, *, is_migrated: bool) -> str:
    before = formats.moment(moment(one["from"]))
    if is_migrated:
        return gettext(
            "%(when)s: reckoned again, as the case moved to another version of its process; it was due %(before)s.",
            when=when,
            before=before,
        )
    return gettext(
        "%(when)s: %(who)s had it reckoned again by other working hours; it was due %(before)s.",
        when=when,
        who=_who(one),
        before=before,
    )


def _who(one: Mapping[str, Any]) -> str:
    return shown.who(one.get("who")) or gettext("Kontor")
