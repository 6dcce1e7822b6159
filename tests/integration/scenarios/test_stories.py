"""A definition's own tests say in words what came otherwise than expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from process_defs import reader
from web.cli import main
from web.scenarios import stories

ORDER = """\
kontor: 1
id: order
subject: deal
calendar: office
owner: group:owners
people: {{ seller: deal.owner, head: manager of deal.owner, team: group:team }}
ladders:
  gentle:
    - {{ at: 75%, notify: [responsible] }}
    - {{ at: due, notify: [head] }}
stages:
  - id: talk
    responsible: seller
    deadline: PT4H
    ladder: gentle
    form: [ {{ field: lines, type: number }} ]
    outcomes: {{ go: work, stop: {{ end: stopped, ask: [why] }} }}
  - id: work
    parallel:
      - - {{ id: pack, responsible: team }}
      - - {{ id: pick, responsible: team, skip: {{ when: 'lines = 0' }} }}
  - id: vote
    approve: {{ by: [seller, head, team], rule: 2 of 3 }}
    outcomes: {{ approved: next, declined: {{ end: stopped }} }}
  - id: send
    auto: {{ topic: send, gives: [parcel] }}
  - id: arrived
    wait: {{ message: arrived }}
    deadline: P5D
    on due: {{ end: stopped }}
  - id: thank
    for each: {{ each: '["a", "b"]', as: whom }}
    responsible: seller
ends: {{ stopped: {{ set: {{ deal.pipeline_stage: lost, done: true }} }} }}
tests:
  - name: it
    given: {{ deal: {{ amount: 5 }}, lines: 0 }}
    do: {steps}
    expect: {expect}
"""
TALK = "{ do: talk, outcome: go }"
STOP = "{ do: talk, outcome: stop, with: { why: rain } }"
WORKED = (
    f"[{TALK}, {{ do: pack }}, {{ do: vote, outcome: approved }}, {{ do: vote, outcome: approved }}"
)


def told(steps: str, expect: str) -> str:
    definition = reader.read(ORDER.format(steps=steps, expect=expect))
    return " ".join(stories.run(definition)[0].failures)


@pytest.mark.parametrize(
    ("steps", "expect"),
    [
        ("[]", "{ waits at: [talk], alerted: [], path: [] }"),
        (
            f"[{STOP}]",
            "{ end: stopped, path: [talk], set: { deal.pipeline_stage: lost, why: rain, done: true } }",
        ),
        (f"[{TALK}]", "{ waits at: [pack], set: { deal.amount: 5, talk_outcome: go } }"),
        (f"{WORKED}]", "{ waits at: [send], path: [talk, pack, vote] }"),
        (
            f"[{TALK}, {{ do: pack }}, {{ do: vote, outcome: declined }}]",
            "{ waits at: [vote], path: [talk, pack] }",
        ),
        (
            f"{WORKED}, {{ job: send, with: {{ parcel: p1 }} }}]",
            "{ waits at: [arrived], set: { parcel: p1 } }",
        ),
        (
            f"{WORKED}, {{ job: send }}, {{ message: arrived }}, {{ do: thank }}]",
            "{ waits at: [thank] }",
        ),
        (
            f"{WORKED}, {{ job: send }}, {{ message: arrived }}, {{ do: thank }}, {{ do: thank }}]",
            "{ end: end, path: [talk, pack, vote, send, arrived, thank] }",
        ),
        (
            f"{WORKED}, {{ job: send }}, {{ pass: P6D }}]",
            "{ end: stopped, path: [talk, pack, vote, send] }",
        ),
        ("[{ pass: PT3H }]", "{ alerted: [seller] }"),
        ("[{ pass: PT4H }]", "{ alerted: [responsible, head] }"),
    ],
)
def test_what_is_expected_holds(steps: str, expect: str):
    assert told(steps, expect) == ""


@pytest.mark.parametrize(
    ("steps", "expect", "words"),
    [
        ("[]", "{ end: stopped }", "The case has not ended with stopped: it waits at talk."),
        (f"[{STOP}]", "{ end: end }", "The case ended with stopped, not with end."),
        (f"[{STOP}]", "{ path: [talk, work] }", "The path was talk, not talk, work."),
        ("[]", "{ waits at: [pack] }", "The case waits at talk, not at pack."),
        ("[{ pass: PT2H }]", "{ alerted: [head] }", "head was not alerted; alerted were nothing."),
        ("[{ pass: PT4H }]", "{ alerted: [head] }", "staff:deal-owner was alerted too."),
        (f"[{STOP}]", "{ set: { why: sun } }", "why is rain, not sun."),
        (
            "[{ do: pack }]",
            "{ end: end }",
            "Step 1 (do pack): Expected an open task at pack, but there is none",
        ),
        ("[{ do: talk, outcome: stop }]", "{ end: end }", "why"),
    ],
)
def test_what_differs_is_said(steps: str, expect: str, words: str):
    assert words in told(steps, expect)


def test_the_command_says_which_test_fails_and_where(tmp_path: Path):
    file = tmp_path / "order.yaml"
    file.write_text(ORDER.format(steps="[]", expect="{ end: end }"), encoding="utf-8")
    answer = CliRunner().invoke(main, ["test", str(file)])
    assert answer.exit_code == 1
    assert (
        f"{file}:36: failed: it: The case has not ended with end: it waits at talk."
        in answer.output
    )
    assert "stand-ins take the place of group:owners, group:team, calendar office" in answer.output
    file.write_text(ORDER.format(steps="[]", expect="{ waits at: [talk] }"), encoding="utf-8")
    answer = CliRunner().invoke(main, ["test", "--quiet", str(file)])
    assert (answer.exit_code, answer.stdout) == (0, "")


def test_a_file_that_cannot_be_read_is_not_tested(tmp_path: Path):
    file = tmp_path / "order.yaml"
    file.write_text("kontor: 1\nid: x\nstages: []\n", encoding="utf-8")
    answer = CliRunner().invoke(main, ["test", str(file)])
    assert answer.exit_code == 1
    assert "needs 'stages'" in answer.output


def test_definitions_may_run_one_another(tmp_path: Path):
    outer = tmp_path / "outer.yaml"
    inner = tmp_path / "inner.yaml"
    outer.write_text(
        "kontor: 1\nid: outer\nstages:\n  - id: part\n"
        "    run: { process: inner, with: { n: '= 2' }, gives: { m: '= n * 2' } }\n"
        "tests: [ { do: [ { do: deep } ], expect: { end: end, path: [part], set: { m: 4 } } } ]\n",
        encoding="utf-8",
    )
    inner.write_text(
        "kontor: 1\nid: inner\nstages: [ { id: deep, responsible: group:a } ]\n", encoding="utf-8"
    )
    answer = CliRunner().invoke(main, ["test", str(outer), str(inner)])
    assert answer.exit_code == 0, answer.output
