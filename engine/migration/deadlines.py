"""The deadlines of a case on its way to another version: each goes on by the policy, falls away, or begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, update

from engine import calendars, clocks, variables
from engine.behaviours import stage_clocks
from engine.bpmn.graph import Activity, ClockRule, Process
from engine.calendar import DeadlineError, NoWorkingTimeError
from engine.clocks import policies
from engine.clocks.policies import Promise
from engine.clocks.table import CLOSED
from engine.feel import Expression
from engine.migration import fitting
from engine.migration.findings import NewDue
from engine.migration.passage import Passage, Row, is_instance
from engine.waiting.state import Scope, Token
from engine.waiting.tasks import IS_OPEN, tasks
from ledger import words

CASE_TOKEN = clocks.rows.CASE_TOKEN
COLUMNS = (
    "definition_id", "element", "deadline", "calendar_id", "calendar_version",
    "due_at", "next_fire_at", "next_level", "epoch", "state", "facts",
)  # fmt: skip
_table = clocks.clocks
_MOVE = (
    update(_table)
    .where(_table.c.id == bindparam("b_id"), _table.c.case_id == bindparam("b_case"))
    .values({name: bindparam(name) for name in COLUMNS})
)
_END = (
    update(_table)
    .where(_table.c.id == bindparam("b_id"), _table.c.case_id == bindparam("b_case"))
    .values(
        state=CLOSED,
        next_fire_at=None,
        next_level=None,
        closed_at=bindparam("b_now"),
        closed_as="terminated",
    )
)
_DUE = (
    update(tasks)
    .where(tasks.c.clock_id == bindparam("b_clock"), IS_OPEN)
    .values(clock_id=bindparam("clock_id"), due_at=bindparam("due_at"))
)
_BIND = (
    update(tasks)
    .where(
        tasks.c.case_id == bindparam("b_case"),
        tasks.c.token_id == bindparam("b_token"),
        IS_OPEN,
    )
    .values(clock_id=bindparam("clock_id"), due_at=bindparam("due_at"))
)


@dataclass(frozen=True, slots=True)
class Change:
    """One deadline: its row before, its row after; without a row before it is new, without one after it is gone."""

    before: Row | None
    after: Row | None
    token: Token | None


def dues(passage: Passage) -> Iterator[NewDue]:
    """Yield what becomes of each deadline; one that cannot be reckoned is noted as in the way."""
    for change in changes(passage):
        one, other = change.before, change.after
        row = other or one or {}
        before, after = (None if each is None else each["due_at"] for each in (one, other))
        yield NewDue(row["kind"], row["element"], before, after, _is_overdue(passage, change))


def changes(passage: Passage) -> list[Change]:
    """Return what becomes of every open clock, and the clocks that are new."""
    found = [_changed(passage, row) for row in passage.clocks]
    known = {(row["token_id"], row["kind"]) for row in passage.clocks}
    for token in passage.tokens():
        if passage.has_border(token) and (token.id, "stage") not in known:
            found += _new_stage(passage, token)
    rule = passage.target.case_clock
    if rule is not None and (CASE_TOKEN, "case") not in known:
        found += _new(passage, rule, passage.plan.case, None, passage.plan.case.started_at)
    return [change for change in found if change is not None]


def move(passage: Passage, found: list[Change]) -> None:
    """Write what becomes of the deadlines into the plan of a case that has moved."""
    for change in found:
        if change.after is None:
            _end(passage, change)
        elif change.before is None:
            _begin(passage, change)
        else:
            _move(passage, change)


def _changed(passage: Passage, row: Row) -> Change | None:
    token = _token(passage, row)
    if token is None and row["kind"] != "case":
        return None
    element = passage.mapping.get(row["element"] or "")
    rule = clocks.rule_of(passage.target, element, row["kind"])
    if rule is None:
        return Change(row, None, token)
    scope = passage.plan.case if token is None else token.scope
    promise = _promise(passage, rule, scope, token, element)
    if promise is None:
        return None
    hours = calendars.load(passage.plan.tx, row["calendar_id"], row["calendar_version"])
    columns = policies.moved(
        row,
        passage.terms,
        promise,
        hours=hours,
        climbed=(
            _ladder(passage.source, row["element"], row["kind"]),
            _ladder(passage.target, element, row["kind"]),
        ),
        now=passage.plan.now,
        told={"reason": "migrated", "who": passage.plan.tx.actor},
    )
    place = {"element": element, "definition_id": passage.definition.id}
    return Change(row, {**row, **columns, **place}, token)


def _new_stage(passage: Passage, token: Token) -> list[Change | None]:
    element = passage.mapping.get(token.element)
    rule = clocks.rule_of(passage.target, element, "stage")
    if rule is None:
        return []
    task = next(iter(passage.of("u", token)), None)
    began = task["created_at"] if task else passage.plan.now
    return _new(passage, rule, token.scope, token, began)


def _new(
    passage: Passage, rule: ClockRule, scope: Scope, token: Token | None, began: datetime
) -> list[Change | None]:
    """Return a clock that the case did not have: from now on, or by `recompute` from when the stage began."""
    element = None if token is None else passage.mapping.get(token.element)
    promise = _promise(passage, rule, scope, token, element)
    if promise is None:
        return []
    at = began if passage.terms.policy == "recompute" else passage.plan.now
    row: Row = {
        "id": 0,
        "case_id": passage.plan.case.id,
        "definition_id": passage.definition.id,
        "kind": rule.kind,
        "element": element,
        "token_id": CASE_TOKEN if token is None else token.id,
        "subject": passage.plan.case.subject,
        "calendar_id": promise.calendar_id,
        "calendar_version": promise.calendar_version,
        "deadline": promise.deadline,
        "entered_at": at,
        "epoch": 1,
        "facts": None,
        "closed_at": None,
        "closed_as": None,
    }
    ladder = _ladder(passage.target, element, rule.kind)
    policies.begun(row, ladder, promise.hours, passage.plan.now)
    return [Change(None, row, token)]


def _promise(
    passage: Passage, rule: ClockRule, scope: Scope, token: Token | None, element: str | None
) -> Promise | None:
    """Return what the new rule promises the case; None, with the reason noted, where that cannot be reckoned."""
    plan = passage.plan
    holder = next((row["assignee"] for row in passage.of("u", token)), None) if token else None
    try:
        number, version = stage_clocks.calendar_of(plan, rule, passage.target, holder)
        hours = clocks.calendar(plan.tx, number, version)
        rule_says = rule.deadline
        written = (
            stage_clocks.promise(variables.evaluate(plan, rule_says, scope, token))
            if isinstance(rule_says, Expression)
            else rule_says
        )
        text = (
            written.astimezone(UTC).isoformat() if isinstance(written, datetime) else str(written)
        )
        clocks.read(plan.now, text, None, hours)
    except (DeadlineError, NoWorkingTimeError, ValueError) as fault:
        known = passage.target.elements.get(element or "")
        sentence = words.say(
            "The deadline of “%(element)s” cannot be reckoned: %(why)s",
            element=fitting.title(known) if known else passage.target.name or passage.target.id,
            why=fault.args[0] if fault.args else "",
        )
        passage.findings.block("deadline", element or "", sentence)
        return None
    return Promise(text, number, version, hours)


def _ladder(process: Process, element: str | None, kind: str) -> Any:
    rule = clocks.rule_of(process, element, kind)
    bound = kind == "stage" and clocks.is_bound(process, element)
    return clocks.rows.levels(rule, bound=bound)


def _token(passage: Passage, row: Row) -> Token | None:
    return next((token for token in passage.tokens() if token.id == row["token_id"]), None)


def _is_overdue(passage: Passage, change: Change) -> bool:
    now, after = passage.plan.now, change.after
    if after is None or after["state"] != "running" or after["due_at"] > now:
        return False
    return change.before is None or change.before["due_at"] > now


def _move(passage: Passage, change: Change) -> None:
    before, after = change.before, change.after
    assert before is not None  # noqa: S101  # asked by the caller
    assert after is not None  # noqa: S101  # asked by the caller
    row = {name: after[name] for name in COLUMNS}
    passage.plan.execute(_MOVE, {"b_id": after["id"], "b_case": after["case_id"], **row})
    if after["kind"] == "stage" and after["due_at"] != before["due_at"]:
        passage.plan.execute(
            _DUE, {"b_clock": after["id"], "clock_id": after["id"], "due_at": after["due_at"]}
        )
        _remember(passage, change.token, after)


def _end(passage: Passage, change: Change) -> None:
    before = change.before
    assert before is not None  # noqa: S101  # asked by the caller
    plan = passage.plan
    plan.execute(_END, {"b_id": before["id"], "b_case": plan.case.id, "b_now": plan.now})
    if before["kind"] == "stage" and change.token is not None:
        plan.execute(_DUE, {"b_clock": before["id"], "clock_id": None, "due_at": None})
        plan.remember(change.token, "clock", None)
    elif before["kind"] == "case":
        plan.remember(plan.case, "clock", None)


def _begin(passage: Passage, change: Change) -> None:
    after, plan = change.after, passage.plan
    assert after is not None  # noqa: S101  # asked by the caller
    after["id"] = plan.tx.new_id()
    if change.token is None:
        plan.insert("k", after)
        plan.remember(plan.case, "clock", 1)
        return
    plan.wait("k", change.token, after)
    _remember(passage, change.token, after)
    for number in {change.token.id, *_instances(passage, change.token)}:
        plan.execute(
            _BIND,
            {
                "b_case": plan.case.id,
                "b_token": number,
                "clock_id": after["id"],
                "due_at": after["due_at"],
            },
        )


def _remember(passage: Passage, token: Token | None, row: Row) -> None:
    if token is not None:
        known = {"id": row["id"], "due": row["due_at"].isoformat()}
        passage.plan.remember(token, "clock", known)


def _instances(passage: Passage, outer: Token) -> Iterator[int]:
    """Yield the tokens of the instances of a multi-instance activity, which work under its clock."""
    for token in passage.tokens():
        if is_instance(token) and token.scope.owner == outer.id:
            yield token.id


def pauses(passage: Passage) -> Iterator[tuple[Token, str | None, str | None]]:
    """Yield tokens whose stage pauses the case clock in one version and not in the other: the reasons in both."""
    for token in passage.tokens():
        new = passage.target.elements.get(passage.mapping.get(token.element, ""))
        old = token.definition
        if not isinstance(old, Activity) or not isinstance(new, Activity):
            continue
        if passage.has_border(token) and bool(old.pauses_case_clock) != bool(new.pauses_case_clock):
            yield token, old.pauses_case_clock, new.pauses_case_clock
