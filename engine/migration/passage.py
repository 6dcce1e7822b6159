"""A case on its way between two versions: everything that lives in it, read once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, select

from engine import definitions
from engine.bpmn.graph import Activity, Process
from engine.clocks.policies import Terms
from engine.clocks.table import CLOSED, clocks
from engine.definitions import Definition
from engine.migration import mapping
from engine.migration.findings import Findings
from engine.plan import Plan, loading
from engine.waiting import compensations, incidents, jobs, subscriptions, tasks, timers, watches
from engine.waiting.state import Scope, Token

Row = dict[str, Any]
TABLES: Mapping[str, Table] = {
    "u": tasks.tasks,
    "t": timers.timers,
    "s": subscriptions.subscriptions,
    "w": watches.watches,
    "f": watches.fields,
    "j": jobs.jobs,
    "i": incidents.incidents,
}
BEGINS = frozenset({"enter", "gather", "join"})
"""Phases in which nothing of the element has begun."""
OPENS = frozenset({*BEGINS, "start", "queued", "leave"})
"""Phases in which nothing waits at the border of an activity: not yet, or no more."""


@dataclass(slots=True)
class Passage:
    """One case between two versions, with the rows that wait for its tokens, by table and token."""

    plan: Plan
    source: Process
    target: Process
    definition: Definition
    mapping: Mapping[str, str]
    terms: Terms
    rows: dict[str, dict[int, list[Row]]] = field(default_factory=dict)
    clocks: list[Row] = field(default_factory=list)
    undoable: list[Row] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)

    def scopes(self) -> list[Scope]:
        """Return the scopes of the case's own process, the outer before the inner; called processes keep theirs."""
        case = self.plan.case
        return [scope for scope in self.plan.scopes.values() if scope.instance is case]

    def calls(self) -> list[Scope]:
        """Return the scopes of processes that the case's own process has called."""
        case = self.plan.case
        return [
            scope
            for scope in self.plan.scopes.values()
            if scope.kind == "call" and scope.parent is not None and scope.parent.instance is case
        ]

    def tokens(self) -> Iterator[Token]:
        """Yield the tokens of the case's own process, without those that stand for event sub-processes."""
        for scope in self.scopes():
            yield from scope.tokens.values()

    def of(self, letter: str, token: Token) -> list[Row]:
        """Return the rows of a table that wait for a token."""
        return self.rows.get(letter, {}).get(token.id, [])

    def has_begun(self, token: Token) -> bool:
        """Say whether anything of the element that a token stands at has been done."""
        return self._phase(token) not in BEGINS

    def has_border(self, token: Token) -> bool:
        """Say whether the events at the border of the token's activity wait."""
        if is_instance(token) or not isinstance(token.definition, Activity):
            return False
        return self._phase(token) not in OPENS

    def _phase(self, token: Token) -> str:
        """Return what a token does, or would do if an incident or a worker let it go on."""
        if token.phase == "incident":
            return next((str(row["phase"]) for row in self.of("i", token)), "enter")
        if token.phase == "async":
            return next((str(row["data"]["phase"]) for row in self.of("j", token)), "start")
        return token.phase


def is_instance(token: Token) -> bool:
    """Say whether a token is one instance of a multi-instance activity; the border is that of the whole."""
    return token.scope.kind == "body" and token.scope.element == token.element


def begin(plan: Plan, definition: Definition, given: Mapping[str, str], terms: Terms) -> Passage:
    """Read everything that lives in a case, for a way to another version."""
    loading.everything(plan)
    target = definitions.process(plan.tx, definition.id)
    source = plan.case.process
    whole = mapping.whole(source, target, given)
    passage = Passage(plan, source, target, definition, whole, terms)
    waits = {letter for token in _all(passage) for letter in token.waits}
    case_id = plan.case.id
    for letter in sorted(waits & TABLES.keys()):
        table = TABLES[letter]
        question = select(table).where(table.c.case_id == case_id)
        if letter == "u":
            question = question.where(tasks.IS_OPEN)
        for row in plan.tx.execute(question.order_by(table.c.id)).mappings():
            passage.rows.setdefault(letter, {}).setdefault(row["token_id"], []).append(dict(row))
    if "k" in waits or "clock" in plan.case.notes:
        question = select(clocks).where(clocks.c.case_id == case_id, clocks.c.state != CLOSED)
        found = plan.tx.execute(question.order_by(clocks.c.id)).mappings()
        passage.clocks = [dict(row) for row in found]
    if "undoable" in plan.case.notes:
        known = plan.tx.execute(compensations.OF_CASE, {"case_id": case_id}).mappings()
        passage.undoable = _own(passage, [dict(row) for row in known])
    return passage


def _all(passage: Passage) -> Iterator[Token]:
    for scope in passage.scopes():
        yield from scope.tokens.values()
        yield from scope.arms.values()


def _own(passage: Passage, rows: list[Row]) -> list[Row]:
    """Return what was done in the case's own process, not in processes that it has called."""
    case = passage.plan.case
    called = {scope.id for scope in passage.plan.scopes.values() if scope.instance is not case}
    for row in sorted(rows, key=lambda row: -row["id"]):  # what is outside was recorded later
        if row.get("called") is not None or row["scope_id"] in called:
            called.add(row["inner_scope"] or 0)
    return [row for row in rows if row["scope_id"] not in called]
