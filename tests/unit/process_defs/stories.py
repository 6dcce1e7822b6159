"""Definitions for tests: a whole one, pieces around one stage, and a source of random tables."""

from __future__ import annotations

from hypothesis import strategies as st

ORDER = """\
kontor: 1
id: order            # stable
title: { en: Order, fr: Commande }
subject: deal
people: { seller: deal.owner, head: manager of deal.owner }
ladders:
  gentle:
    - { at: 75%, notify: [responsible] }
    - { at: due, notify: [responsible, head] }
stages:
  # the first talk
  - id: talk
    title: First talk
    responsible: seller
    deadline: PT4H
    ladder: gentle
    sets: { deal.pipeline_stage: contacted }
    form:
      - { field: channel, type: choice, of: [phone, mail], required: true }
    outcomes:
      yes: offer
      not now: { end: lost, ask: [lost_reason] }
  - id: offer          # with a price
    responsible: seller
    deadline: 2 business days
    require: [deal.amount]
  - id: answer
    wait: { message: answered }
    deadline: 10 business days
    on due: talk
    outcomes: { accepted: approval, rejected: { end: lost } }
  - id: approval
    approve: { by: [head, group:legal], rule: all, not: [starter] }
    skip: { when: 'deal.amount < 1000', as: approved }
    outcomes: { approved: { end: won }, declined: offer }
ends:
  won: { set: { deal.pipeline_stage: won } }
  lost: { set: { deal.pipeline_stage: lost } }
case: { deadline: 30 business days }
tests:
  - name: small
    given: { deal: { amount: 500 } }
    do:
      - { do: talk, outcome: yes, with: { channel: phone } }
    expect: { waits at: [offer] }
"""


def around(stage: str, more: str = "") -> str:
    """Return a definition of one stage, whose lines are `stage`, and of what `more` says."""
    return f"kontor: 1\nid: one\nstages:\n  - id: only\n{_indented(stage)}{more}"


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


@st.composite
def tables(draw: st.DrawFn) -> str:
    """Return a definition with random stages, outcomes, branches, votes, waits and goals."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 7)))]
    rows = ["kontor: 1", "id: random", "people: {a: group:a, b: group:b}", "stages:"]
    for name in names:
        rows += _stage(draw, name, names)
    rows += ["ends: { won: {}, lost: {} }"]
    return "\n".join(rows) + "\n"


def _stage(draw: st.DrawFn, name: str, names: list[str]) -> list[str]:
    goals = st.sampled_from([*names, "next", "{end: won}", "{end: lost}"])
    kind = draw(
        st.sampled_from(
            ["person", "person", "approve", "wait", "until", "parallel", "framed", "auto"]
        )
    )
    rows = [f"  - id: {name}"]
    if draw(st.booleans()):
        rows.append(
            "    skip: {when: 'case.x = 1', as: %s}" % ("approved" if kind == "approve" else "done")
        )
    match kind:
        case "person":
            rows.append(f"    responsible: {draw(st.sampled_from('ab'))}")
            rows += _outcomes(draw, goals, ["done", "again", "never"])
        case "approve":
            rows.append("    approve: {by: [a, b], rule: any}")
            rows.append(f"    outcomes: {{declined: {draw(goals)}}}")
        case "wait":
            rows.append("    wait: {message: hello}")
            rows += (
                ["    deadline: PT4H", f"    on due: {draw(goals)}"] if draw(st.booleans()) else []
            )
            rows += _outcomes(draw, goals, ["done", "other"])
        case "until":
            rows.append("    wait: {until: P3D}")
        case "auto":
            rows.append("    auto: topic")
        case _:
            rows += ["    deadline: P3D"] if kind == "framed" else []
            rows += _branches(draw, name)
    return rows


def _outcomes(draw: st.DrawFn, goals: st.SearchStrategy[str], names: list[str]) -> list[str]:
    chosen = names[: draw(st.integers(0, len(names)))]
    return ["    outcomes:", *(f"      {name}: {draw(goals)}" for name in chosen)] if chosen else []


def _branches(draw: st.DrawFn, name: str) -> list[str]:
    rows = ["    parallel:"]
    for branch in range(draw(st.integers(2, 3))):
        for step in range(draw(st.integers(1, 3))):
            lead = "- - " if step == 0 else "  - "
            rows.append(
                f"      {lead}{{id: {name}b{branch}x{step}, responsible: {draw(st.sampled_from('ab'))}}}"
            )
    return rows
