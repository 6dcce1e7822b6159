"""Reads a decision: the id of one that is deployed, or a table written in place."""

from __future__ import annotations

import re

from ledger.words import say
from process_defs import tree
from process_defs.language import FIELD_TYPES, Said, Work
from process_defs.language.decisions import (
    LISTS,
    POLICIES,
    Column,
    Decide,
    Result,
    Rule,
    Rules,
)
from process_defs.reader import forms, table
from process_defs.reader.notes import Notes
from process_defs.reader.table import Table

KEYS = ("decision", "version", "inputs", "outputs", "hit", "rules", "gives")
COLUMN_KEYS = ("value", "type", "title", "of")
RESULT_KEYS = ("name", "type", "title", "of", "default")
RULE_KEYS = ("when", "then", "note")
VERSION = re.compile(r"latest|[1-9]\d{0,8}")
TYPES = tuple(name for name in FIELD_TYPES if name not in ("person", "file"))


def decide(part: Table) -> Work:
    """Read which decision is made, or the table by which it is."""
    node = part.node("decide")
    if isinstance(node, tree.Scalar):
        return Decide(decision=Said(node.text, node.place), gives=None)
    said = Table(part.notes, node, "'decide'", KEYS, part.key_place("decide"))
    gives = said.said("gives")
    if gives is not None and not forms.check_name(part.notes, gives):
        gives = None
    if "decision" in said:
        return _by_id(said, gives)
    rules = _rules(said)
    if gives is None and len(rules.outputs) > 1 and rules.hit in LISTS:
        words = say(
            "With '%(hit)s' and several outputs the result is a list of rows; name it with 'gives'.",
            hit=rules.hit,
        )
        part.notes.plain(said.key_place("hit"), words, "missing")
    return Decide(rules=rules, gives=gives)


def _by_id(said: Table, gives: Said | None) -> Decide:
    for key in ("inputs", "outputs", "hit", "rules"):
        if key in said:
            words = say(
                "'%(key)s' belongs to a table in place; this one is the decision that 'decision' names.",
                key=key,
            )
            said.notes.plain(said.key_place(key), words, "misplaced-key")
    version = said.said("version") or Said("latest", said.place)
    if not VERSION.fullmatch(version.text):
        words = say(
            "Expected latest or a number as the version, not '%(text)s'.", text=version.text
        )
        said.notes.plain(version.place, words, "version")
    return Decide(decision=said.said("decision", required=True), version=version.text, gives=gives)


def _rules(said: Table) -> Rules:
    if "version" in said:
        words = say("'version' is for 'decision'; a table in place has the version of its process.")
        said.notes.plain(said.key_place("version"), words, "misplaced-key")
    inputs = tuple(filter(None, (_column(said.notes, node) for node in said.items("inputs"))))
    outputs = tuple(filter(None, (_result(said.notes, node) for node in said.items("outputs"))))
    if not outputs:
        words = say("A table needs 'outputs': the variables that it gives.")
        said.notes.plain(said.key_place("outputs"), words, "missing")
    hit = said.said("hit") or Said("unique", said.place)
    if hit.text not in POLICIES:
        words = say(
            "'%(text)s' is no hit policy. Known are: %(names)s.",
            text=hit.text,
            names=", ".join(POLICIES),
        )
        said.notes.plain(hit.place, words, "hit")
        hit = Said("unique", hit.place)
    rows = [_row(said.notes, node, len(inputs), len(outputs)) for node in said.items("rules")]
    if not rows:
        words = say("A table needs 'rules': one row each.")
        said.notes.plain(said.key_place("rules"), words, "missing")
    return Rules(inputs, outputs, tuple(filter(None, rows)), hit.text, said.place)


def _column(notes: Notes, node: tree.Node) -> Column | None:
    if isinstance(node, tree.Scalar):
        table.whole_check(notes, node)
        return Column(_bare(Said(node.text, node.place)))
    part = Table(notes, node, say("an input"), COLUMN_KEYS)
    value = part.feel("value", required=True)
    return None if value is None else Column(value, _type(part), part.title(), part.saids("of"))


def _result(notes: Notes, node: tree.Node) -> Result | None:
    if isinstance(node, tree.Scalar):
        name = Said(node.text, node.place)
        return Result(name) if _is_variable(notes, name) else None
    part = Table(notes, node, say("an output"), RESULT_KEYS)
    found = part.said("name", required=True)
    if found is None or not _is_variable(notes, found):
        return None
    return Result(found, _type(part), part.title(), part.saids("of"), _default(part))


def _default(part: Table) -> Said | None:
    node = part.node("default")
    return None if node is None else table.value_of(part.notes, node, "'default'")


def _is_variable(notes: Notes, name: Said) -> bool:
    if "." in name.text:
        words = say(
            "A table gives variables, not '%(text)s'; set the field in a stage that follows, with 'sets'.",
            text=name.text,
        )
        notes.plain(name.place, words, "name")
        return False
    return forms.check_name(notes, name)


def _bare(said: Said) -> Said:
    return Said(said.expression, said.place)


def _type(part: Table) -> str | None:
    kind = part.said("type")
    if kind is not None and kind.text not in TYPES:
        words = say(
            "'%(text)s' is no type of a column. Known are: %(names)s.",
            text=kind.text,
            names=", ".join(TYPES),
        )
        part.notes.plain(kind.place, words, "type")
        return None
    return kind.text if kind else None


def _row(notes: Notes, node: tree.Node, inputs: int, outputs: int) -> Rule | None:
    note = None
    if isinstance(node, tree.Mapping):
        part = Table(notes, node, say("a rule"), RULE_KEYS)
        when, then = part.saids("when"), part.saids("then")
        words = part.said("note")
        note = words.text if words else None
    else:
        cells = [table.said(notes, item, say("a cell")) for item in table.listed(node)]
        said = tuple(cell for cell in cells if cell is not None)
        when, then = said[:inputs], said[inputs:]
    if (len(when), len(then)) != (inputs, outputs):
        found = len(when) + len(then)
        wrong = f"A rule has a cell for each input and output, {inputs} and {outputs}; this one has {found}."
        notes.plain(node.place, wrong, "rule-cells")
        return None
    return Rule(when, then, note, node.place)
