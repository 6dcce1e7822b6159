"""What is asked for inside a frame is known behind it."""

from __future__ import annotations

from process_defs import reader
from web.scenarios import stories

FRAMED = """\
kontor: 1
id: framed
stages:
  - id: both
    deadline: P30D
    parallel:
      - - { id: a, responsible: starter, form: [ { field: promised, type: text } ] }
      - - { id: b, responsible: starter, outcomes: { yes: next, no: next } }
  - id: keep
    responsible: starter
    skip: { when: 'promised = "no" and b_outcome = "yes"' }
tests:
  - name: both answers are known behind the branches
    do:
      - { do: a, with: { promised: "no" } }
      - { do: b, outcome: yes }
    expect: { end: end }
"""


def test_answers_in_branches_with_a_deadline_are_known_behind_them():
    assert [one.failures for one in stories.run(reader.read(FRAMED)) if not one.ok] == []
