"""Reads a definition's own tests: what is given, what is done, what is then expected."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.words import say
from process_defs import literals, tree
from process_defs.language import Expect, Said, Step, Test
from process_defs.reader.notes import Notes
from process_defs.reader.table import Table

STEPS = ("do", "message", "signal", "job", "pass")
EXPECTED = ("end", "path", "waits at", "alerted", "set")


def tests(part: Table) -> tuple[Test, ...]:
    """Return the tests under `tests:`."""
    return tuple(
        _test(part.notes, number, node) for number, node in enumerate(part.items("tests"), 1)
    )


def _test(notes: Notes, number: int, node: tree.Node) -> Test:
    part = Table(notes, node, say("a test"), ("name", "given", "do", "expect"))
    name = part.said("name")
    steps = tuple(filter(None, (_step(notes, item) for item in part.items("do"))))
    if "expect" not in part:
        notes.plain(
            part.place, say("A test that expects nothing proves nothing; write 'expect'."), "test"
        )
    return Test(
        name.text if name else f"test {number}",
        _values(part, "given"),
        steps,
        _expect(part),
        part.place,
    )


def _step(notes: Notes, node: tree.Node) -> Step | None:
    part = Table(notes, node, say("a step"), (*STEPS, "outcome", "with"))
    kinds = [kind for kind in STEPS if kind in part]
    if len(kinds) != 1:
        notes.plain(
            part.place, say("A step is exactly one of: %(names)s.", names=", ".join(STEPS)), "test"
        )
        return None
    kind = kinds[0]
    outcome = part.said("outcome")
    if outcome and kind != "do":
        notes.plain(
            outcome.place,
            say("Only a stage that is done has an 'outcome'; a message brings it in 'with'."),
            "test",
        )
    what = part.said(kind, required=True)
    return Step(kind, what, outcome, _values(part, "with")) if what else None  # type: ignore[arg-type]  # one of STEPS


def _expect(part: Table) -> Expect:
    expect = Table(part.notes, part.node("expect"), "'expect'", EXPECTED)
    return Expect(
        end=expect.said("end"),
        path=_words(expect, "path"),
        waits_at=_words(expect, "waits at"),
        alerted=_words(expect, "alerted"),
        values=_values(expect, "set") if "set" in expect else None,
    )


def _words(part: Table, key: str) -> tuple[str, ...] | None:
    return tuple(said.text for said in part.saids(key)) if key in part else None


def _values(part: Table, key: str) -> Mapping[str, object]:
    node = part.node(key)
    found = {} if node is None else value(part.notes, node)
    if isinstance(found, dict):
        return found
    part.notes.error(part.key_place(key), say("Expected names and values for '%(key)s'.", key=key))
    return {}


def value(notes: Notes, node: tree.Node) -> object:
    """Return the value that a part of a test means; an expression stays a `Said`."""
    if isinstance(node, tree.Sequence):
        return [value(notes, item) for item in node.items]
    if isinstance(node, tree.Mapping):
        return {key.text: value(notes, item) for key, item in node.pairs}
    said = Said(node.text, node.place)
    return said if said.is_expression else literals.value(node.text, is_quoted=bool(node.style))
