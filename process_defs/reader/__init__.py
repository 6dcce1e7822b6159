"""Text becomes a definition, or a list of faults in the owner's words with their places."""

from __future__ import annotations

from typing import Literal, cast

from ledger.words import say
from process_defs import tree
from process_defs.language import (
    END,
    NEXT,
    Assignment,
    CaseRule,
    Definition,
    Said,
    Start,
    Subject,
    Trigger,
)
from process_defs.problems import Invalid
from process_defs.reader import drawings, forms, people, stages, stories
from process_defs.reader.notes import Notes
from process_defs.reader.table import Table

KEYS = (
    "kontor",
    "id",
    "title",
    "subject",
    "owner",
    "calendar",
    "start",
    "people",
    "ladders",
    "stages",
    "ends",
    "case",
    "tests",
)
VERSION = "1"
EACH = "for each client"
_KINDS: dict[str, Literal["when", "every", "message"]] = {
    "when": "when",
    "every": "every",
    "message": "message",
}


def read(text: str, name: str = "definition.yaml") -> Definition:
    """Return the definition that `text` says.

    Raises problems.Invalid with all faults of its form. What a definition means is asked by
    `process_defs.check`: unknown targets, people and the like are not looked at here.
    """
    notes = Notes(text)
    root = tree.parse(text)
    part = Table(notes, root, say("the definition"), KEYS)
    if isinstance(root, tree.Mapping):
        definition = _definition(part, text, name)
        if not notes.problems:
            return definition
    raise Invalid(notes.problems)


def _definition(part: Table, text: str, name: str) -> Definition:
    version = part.said("kontor", required=True)
    if version and version.text != VERSION:
        part.notes.plain(
            version.place,
            say("This program reads 'kontor: 1', not '%(text)s'.", text=version.text),
            "version",
        )
    process_id = part.identifier("id")
    rows = stages.stages(part.notes, part.items("stages"))
    if not rows and not part.items("stages"):
        part.notes.plain(
            part.key_place("stages"), say("A definition needs 'stages': one at least."), "missing"
        )
    definition = Definition(
        id=process_id.text if process_id else "",
        stages=rows,
        text=text,
        name=name,
        title=part.title(),
        subject=_subject(part),
        owner=part.said("owner"),
        calendar=part.said("calendar"),
        start=_start(part),
        people=people.roles(part),
        ladders=people.ladders(part),
        ends=people.ends(part),
        case=_case(part),
        tests=stories.tests(part),
    )
    _once(part.notes, definition)
    return definition


def _once(notes: Notes, definition: Definition) -> None:
    """Ids are unique in the file, and a few are the program's own."""
    named = [(stage.id, stage.place) for stage in definition.every_stage()]
    named += [(end.id, end.place) for end in definition.ends.values()]
    lines = {definition.id: 0}
    for id, place in named:
        if id == NEXT or (id == END and id not in definition.ends):
            notes.plain(
                place, say("'%(id)s' is a word of the language; call it otherwise.", id=id), "id"
            )
        elif id in lines:
            line = lines[id]
            first = (
                say("in line %(line)s", line=line) if line else say("as the id of the definition")
            )
            notes.plain(
                place,
                say("The id '%(id)s' is already used %(first)s.", id=id, first=first),
                "duplicate-id",
            )
        lines.setdefault(id, place.line)
    if not notes.problems:
        drawings.once(notes, definition, lines)


def _subject(part: Table) -> Subject | None:
    subject = part.said("subject")
    if subject is None or subject.text == "none":
        return None
    if subject.text not in ("client", "deal"):
        message = say(
            "A case is about a client, a deal or none, not about '%(text)s'.", text=subject.text
        )
        part.notes.plain(subject.place, message, "subject")
    return cast("Subject", subject.text)


def _start(part: Table) -> Start:
    start = Table(part.notes, part.node("start"), "'start'", ("unique", "on", "form"))
    unique = start.said("unique")
    if unique and unique.text not in ("per subject", "no"):
        message = say(
            "Expected 'per subject' or no for 'unique', not '%(text)s'.", text=unique.text
        )
        part.notes.plain(unique.place, message, "unique")
    triggers = []
    for node in start.items("on"):
        entry = Table(part.notes, node, say("a start"), (*_KINDS, EACH, "missed"))
        named = [key for key in _KINDS if key in entry.pairs]
        if len(named) != 1:
            part.notes.plain(
                entry.place, say("A start is exactly one of: when, every, message."), "start"
            )
            continue
        said = entry.feel("when") or entry.said("every") or entry.said("message")
        if said is not None:
            clients, missed = _for_each(entry), entry.said("missed")
            triggers.append(Trigger(_KINDS[named[0]], said, clients, missed, entry.place))
    return Start(
        unique is not None and unique.text == "per subject",
        tuple(triggers),
        forms.fields(start, "form"),
    )


def _for_each(entry: Table) -> tuple[Assignment, ...] | None:
    """Return which clients a schedule means: `all`, or those that pass every filter."""
    node = entry.node(EACH)
    if node is None:
        return None
    if isinstance(node, tree.Scalar) and node.text.strip() == "all":
        return ()
    rows = Table(entry.notes, node, f"'{EACH}'", None)
    found = ((name, rows.said(name)) for name in rows.pairs)
    return tuple(Assignment(Said(name, rows.key_place(name)), said) for name, said in found if said)


def _case(part: Table) -> CaseRule | None:
    if (node := part.node("case")) is None:
        return None
    rule = Table(part.notes, node, "'case'", ("deadline", "ladder"))
    deadline = rule.said("deadline", required=True)
    return CaseRule(deadline, rule.said("ladder")) if deadline else None


__all__ = ["Invalid", "read"]
