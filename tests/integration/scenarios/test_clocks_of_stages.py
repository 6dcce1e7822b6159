"""Whatever a stage is, its deadline runs: a vote, branches, a wait, a job, another definition."""

from __future__ import annotations

import pytest

from process_defs import check, reader
from web.scenarios import stories

HEAD = """\
kontor: 1
id: promise
subject: deal
owner: group:owners
people: { a: group:a, b: group:b }
ladders: { late: [ { at: 50%, notify: [a] } ] }
stages:
  - id: it
    deadline: PT4H
    ladder: late
    on due: late
"""
TAIL = """\
  - { id: done, responsible: a, outcomes: { done: { end: fine } } }
  - { id: late, responsible: b }
ends: { fine: {} }
tests: [ { given: { x: 1 }, do: [ %s ], expect: %s } ]
"""
YES = "{ do: it, outcome: approved }"
KINDS = {
    "person": ("responsible: a\n    form: [ { field: x, type: number } ]", "{ do: it }"),
    "vote": ("approve: { by: [a, b], rule: all }\n    outcomes: { declined: late }", f"{YES}, {YES}"),
    "branches": ("parallel: [ { id: p, responsible: a }, { id: q, responsible: b } ]", "{ do: p }, { do: q }"),
    "message": ("wait: { message: hello }", "{ message: hello }"),
    "condition": ("wait: { condition: 'deal.amount > 5' }", ""),
    "job": ("auto: post", "{ job: it }"),
    "rounds": ("responsible: a\n    for each: { each: '[1, 2]', as: n }", "{ do: it }, { do: it }"),
}  # fmt: skip


def told(kind: str, steps: str, expect: str) -> tuple[str, ...]:
    text = HEAD + f"    {KINDS[kind][0]}\n" + TAIL % (steps, expect)
    assert [problem for problem in check.text(text) if problem.severity == "error"] == []
    return stories.run(reader.read(text))[0].failures


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind][1]])
def test_in_time_it_goes_on_and_nobody_is_told(kind: str):
    assert told(kind, KINDS[kind][1] + ", { pass: P3D }", "{ waits at: [done], alerted: [] }") == ()


@pytest.mark.parametrize("kind", KINDS)
def test_before_the_deadline_the_ladder_warns(kind: str):
    assert told(kind, "{ pass: PT3H }", "{ alerted: [a], path: [] }") == ()


@pytest.mark.parametrize("kind", KINDS)
def test_at_the_deadline_it_is_passed_by(kind: str):
    assert told(kind, "{ pass: PT4H }", "{ waits at: [late], path: [], alerted: [a] }") == ()
