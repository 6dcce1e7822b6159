"""Reads roles, ladders and ends: what the stages refer to by name."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.words import say
from process_defs import tree
from process_defs.language import End, Ladder, Level, Said
from process_defs.reader import forms, table
from process_defs.reader.table import Table

LEVEL_KEYS = ("id", "at", "notify", "reassign", "priority", "start", "set", "hours", "how")


def roles(part: Table) -> Mapping[str, Said]:
    """Return the roles under `people`: name → person in words."""
    node = part.node("people")
    if node is None:
        return {}
    rows = Table(part.notes, node, "'people'", None)
    found = {}
    for name, (key, value) in rows.pairs.items():
        who = table.said(part.notes, value, f"'{name}'")
        if who is not None and table.check_id(part.notes, Said(name, key.place)):
            found[name] = who
    return found


def ladders(part: Table) -> Mapping[str, Ladder]:
    """Return the ladders by name."""
    node = part.node("ladders")
    if node is None:
        return {}
    rows = Table(part.notes, node, "'ladders'", None)
    return {name: _ladder(rows, name) for name in rows.pairs}


def _ladder(rows: Table, name: str) -> Ladder:
    table.check_id(rows.notes, Said(name, rows.key_place(name)))
    levels = tuple(filter(None, (_level(rows, item) for item in rows.items(name))))
    if not levels:
        rows.notes.plain(
            rows.key_place(name), say("The ladder '%(name)s' has no level.", name=name), "ladder"
        )
    return Ladder(name, levels, rows.key_place(name))


def _level(rows: Table, node: tree.Node) -> Level | None:
    part = Table(rows.notes, node, say("a level"), LEVEL_KEYS)
    at = part.said("at", required=True)
    if at is None:
        return None
    return Level(
        at=at,
        id=part.said("id"),
        notify=part.saids("notify"),
        reassign=part.said("reassign"),
        priority=part.said("priority"),
        start=part.said("start"),
        hours=part.said("hours"),
        how=part.saids("how"),
        sets=forms.assignments(part, "set"),
        place=part.place,
    )


def ends(part: Table) -> Mapping[str, End]:
    """Return the ends by name."""
    node = part.node("ends")
    if node is None:
        return {}
    rows = Table(part.notes, node, "'ends'", None)
    found = {}
    for name in rows.pairs:
        table.check_id(part.notes, Said(name, rows.key_place(name)))
        end = Table(
            part.notes, rows.node(name), say("the end '%(name)s'", name=name), ("title", "set")
        )
        found[name] = End(name, end.title(), forms.assignments(end, "set"), rows.key_place(name))
    return found
