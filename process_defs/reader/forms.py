"""Reads forms, outcomes, targets and assignments: what a stage asks for and where it leads."""

from __future__ import annotations

import re

from ledger.words import say
from process_defs import literals, tree
from process_defs.language import (
    FIELD_TYPES,
    Assignment,
    Field,
    FieldType,
    Goto,
    Option,
    Outcome,
    Said,
)
from process_defs.reader import table
from process_defs.reader.notes import Notes
from process_defs.reader.table import Table

FIELD_KEYS = ("field", "type", "title", "of", "required", "default", "help")
OUTCOME_KEYS = ("to", "end", "title", "ask")
NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def fields(part: Table, key: str, *, bare: bool = False) -> tuple[Field, ...]:
    """Return the fields of a form; where `bare`, a field may be only named and is then required."""
    found: list[Field] = []
    for node in part.items(key):
        field = (
            _bare(part.notes, node)
            if bare and isinstance(node, tree.Scalar)
            else _field(part.notes, node)
        )
        if field is None:
            continue
        if any(field.name == other.name for other in found):
            part.notes.plain(
                field.place,
                say("The field '%(name)s' stands here twice.", name=field.name),
                "duplicate-field",
            )
        found.append(field)
    return tuple(found)


def _bare(notes: Notes, node: tree.Scalar) -> Field | None:
    name = Said(node.text, node.place)
    return (
        Field(name.text, required=True, place=name.place, is_bare=True)
        if check_name(notes, name)
        else None
    )


def _field(notes: Notes, node: tree.Node) -> Field | None:
    part = Table(notes, node, say("a field"), FIELD_KEYS)
    name = part.said("field", required=isinstance(node, tree.Mapping))
    if name is None or not check_name(notes, name):
        return None
    default = part.node("default")
    kind = _type(part)
    options = _options(part)
    if kind == "choice" and not options:
        notes.plain(
            name.place,
            say("The choice '%(text)s' needs 'of': what can be chosen.", text=name.text),
            "choice",
        )
    if options and kind != "choice":
        notes.plain(
            part.key_place("of"),
            say(
                "Only a choice has 'of'; '%(text)s' is of type %(kind)s.", text=name.text, kind=kind
            ),
            "choice",
        )
    help_text = part.said("help")
    return Field(
        name=name.text,
        type=kind,
        title=part.title(),
        required=part.flag("required"),
        options=options,
        default=None if default is None else table.value_of(notes, default, "'default'"),
        help=help_text.text if help_text else None,
        place=name.place,
    )


def _type(part: Table) -> FieldType:
    kind = part.said("type")
    if kind is None:
        return "choice" if "of" in part else "text"
    if kind.text not in FIELD_TYPES:
        part.notes.plain(
            kind.place,
            say(
                "'%(text)s' is no type of field. Known are: %(names)s.",
                text=kind.text,
                names=", ".join(FIELD_TYPES),
            ),
            "type",
        )
        return "text"
    return kind.text


def _options(part: Table) -> tuple[Option, ...]:
    found = []
    for node in part.items("of"):
        if isinstance(node, tree.Mapping):
            option = Table(part.notes, node, say("a choice"), ("value", "title"))
            value, title = option.said("value", required=True), option.title()
        else:
            value, title = table.said(part.notes, node, "'of'"), None
        if value is not None:
            found.append(Option(value.text, title))
    return tuple(found)


def check_name(notes: Notes, name: Said) -> bool:
    """Whether `name` may name a variable or a subject's field; what is wrong is noted."""
    if NAME.fullmatch(name.text):
        return True
    way = say(
        "write letters, digits and '_', beginning with a letter, or a field such as deal.amount"
    )
    notes.plain(
        name.place,
        say("'%(text)s' cannot be the name of a field: %(way)s.", text=name.text, way=way),
        "name",
    )
    return False


def names(part: Table, key: str) -> tuple[Said, ...]:
    """Return a list of variables or fields."""
    return tuple(name for name in part.saids(key) if check_name(part.notes, name))


def assignments(part: Table, key: str) -> tuple[Assignment, ...]:
    """Return what is assigned: `{deal.pipeline_stage: won}`."""
    node = part.node(key)
    if node is None:
        return ()
    rows = Table(part.notes, node, f"'{key}'", None)
    found = []
    for name, (at, written) in rows.pairs.items():
        target = Said(name, at.place)
        value = table.value_of(part.notes, written, f"'{name}'")
        if value is not None and check_name(part.notes, target):
            is_quoted = isinstance(written, tree.Scalar) and bool(written.style)
            found.append(Assignment(target, _text(value) if is_quoted else value))
    return tuple(found)


def _text(value: Said) -> Said:
    """Return a quoted value as the text that it is, also where it looks like a number."""
    if value.is_expression or literals.feel(value.text) is None:
        return value
    escaped = value.text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return Said(f'= "{escaped}"', value.place)


def goto(notes: Notes, node: tree.Node, what: str) -> Goto | None:
    """Return a target: a stage's id, or `{end: …}`."""
    if isinstance(node, tree.Scalar):
        return Goto(Said(node.text, node.place))
    part = Table(notes, node, what, ("to", "end"))
    return target(part)


def target(part: Table) -> Goto | None:
    """Return the target that `to` or `end` names, None where neither stands."""
    stage, end = part.said("to"), part.said("end")
    if stage and end:
        part.notes.plain(
            end.place, say("An outcome leads to a stage or to an end, not to both."), "target"
        )
    if end:
        return Goto(end, is_end=True)
    return Goto(stage) if stage else None


def outcomes(part: Table) -> tuple[Outcome, ...]:
    """Return the named ways out of a stage, in the order of their buttons."""
    node = part.node("outcomes")
    if node is None:
        return ()
    rows = Table(part.notes, node, say("the outcomes"), None)
    return tuple(_outcome(part.notes, key, value) for key, value in rows.pairs.values())


def _outcome(notes: Notes, key: tree.Scalar, node: tree.Node) -> Outcome:
    if isinstance(node, tree.Scalar):
        goes = Goto(Said(node.text, node.place)) if node.text not in ("", "~", "null") else None
        return Outcome(key.text, goes, place=key.place)
    part = Table(notes, node, say("the outcome '%(name)s'", name=key.text), OUTCOME_KEYS)
    return Outcome(key.text, target(part), part.title(), fields(part, "ask", bare=True), key.place)
