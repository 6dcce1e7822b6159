"""Awkward process files: each runs and comes back byte for byte, or is refused at its place with a way out."""

from __future__ import annotations

import pytest

from engine import bpmn
from process_defs import check, from_bpmn, reader, to_bpmn

HEAD = "kontor: 1\nid: awkward\n"


def table(*rows: str, more: str = "") -> str:
    return HEAD + more + "stages:\n" + "".join(f"  - {row}\n" for row in rows)


A = "{ id: a, responsible: starter }"
WHOLE = {
    "emoji, quotes and breaks": table(
        """{ id: a, title: "Größe 🎉 'q' \\"d\\" \\n <b>&amp; ]]>", responsible: starter }"""
    ),
    "outcomes with quotes": table(
        """{ id: a, responsible: starter, outcomes: { 'it''s "ok"': next, "a\\nb": a, '': next } }"""
    ),
    "branches in branches": table(
        "id: p\n    parallel:\n"
        "      - - id: q\n          deadline: P2D\n          parallel:\n"
        "            - - { id: b, responsible: starter, outcomes: { yes: next, again: b } }\n"
        "            - - { id: c, responsible: starter }\n"
        "      - - { id: d, responsible: starter }"
    ),
    "each in each": table(
        "id: p\n    parallel:\n"
        "      - - { id: a, responsible: starter, for each: { each: '[1,2]', as: x } }\n"
        "      - - { id: b, responsible: starter, for each: { each: '[x]', as: y, in turn: true } }"
    ),
    "some of the votes, skipped": table(
        "id: a\n    approve: { by: [group:x, group:y, starter], rule: 2 of 3 }\n"
        "    skip: { when: 'case.id = 1', as: approved }\n    outcomes: { declined: a }"
    ),
    "its own process": table("{ id: a, run: awkward }"),
    "a part that is repeated": table(
        "{ id: a, responsible: starter, form: &f [ { field: x, type: text } ] }",
        "{ id: b, responsible: starter, form: *f }",
    ),
    "a folded title": table("id: a\n    title: >-\n      one\n      two\n    responsible: starter"),
    "other line ends": table(A).replace("\n", "\r\n"),
    "line ends of long ago": table(A).replace("\n", "\r"),
    "a byte order mark": "\ufeff" + table(A),
    "a hundred stages": table(*(f"{{ id: s{n}, responsible: starter }}" for n in range(100))),
}


@pytest.mark.parametrize("name", WHOLE)
def test_it_is_sound_and_comes_back_byte_for_byte(name: str):
    text = WHOLE[name]
    assert [one for one in check.text(text) if one.severity == "error"] == []
    xml = to_bpmn.compile(reader.read(text))
    assert bpmn.read(xml, name=name).ok
    assert from_bpmn.text(xml) == text


LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{other}: &{other} [{','.join(['*' + one] * 9)}]\n"
    for one, other in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (table('{ id: a, title: "x\\x07y" }'), (4, 21), "U+0007"),
        (table('{ id: a, title: "x\\ud800y" }'), (4, 21), "U+D800"),
        (table('{ id: a, outcomes: { "\\x01": next } }'), (4, 26), "U+0001"),
        (table("{ id: a, parallel: [ [], [ { id: b } ] ] }"), (4, 26), "one at least"),
        (table("{ id: a, wait: }"), (4, 14), "'wait' is for one of"),
        (table("{ id: a, wait: { message: m, until: P1D } }"), (4, 20), "'wait' is for one of"),
        (
            table("{ id: a, wait: { message: a b } }", "{ id: b, wait: { message: a_b } }"),
            (5, 31),
            "differ only in signs",
        ),
        (
            table(A, more="start: { on: [ { message: m }, { message: m } ] }\n"),
            (3, 43),
            "starts cases already",
        ),
        (
            table(A, more="start: { on: [ { message: by_hand } ] }\n"),
            (3, 27),
            "starts cases already",
        ),
        (table("{ id: a, id: b }"), (4, 14), "stands here twice"),
        (table("id: a\n\tresponsible: starter"), (5, 1), "not with tabs"),
        (LAUGHS, (5, 11), "aliases counted out"),
        ("kontor: &a\n  - *a\n", (2, 5), "without end"),
        (table("{ id: a, run: [b] }"), (4, 19), "keys and values"),
        (table("{ id: " + "a" * 65 + " }"), (4, 11), "at most 64"),
    ],
)
def test_it_is_refused_at_its_place(text: str, place: tuple[int, int], words: str):
    found = [one for one in check.text(text) if one.severity == "error"]
    assert [(one.line, one.column) for one in found if words in one.message] == [place], found
