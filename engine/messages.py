"""Messages and signals from outside: who waits for one goes on, and one that starts a process starts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, or_, select

from engine import definitions, execution, instances
from engine.bpmn.graph import Message
from engine.feel import Value
from engine.feel.json_form import from_json, to_json
from engine.plan import Plan, loading
from engine.verbs import catch, wait
from engine.waiting import cases, jobs
from engine.waiting.subscriptions import key, keys, subscriptions
from ledger import rejection
from ledger.event_log import Event
from ledger.rejection import Rejection
from ledger.transaction import Transaction

_by_name = select(subscriptions).where(
    subscriptions.c.kind == bindparam("kind"), subscriptions.c.name == bindparam("name")
)
_of_case = _by_name.where(subscriptions.c.case_id == bindparam("case_id")).order_by(
    subscriptions.c.id
)
MOST = 1_000


def correlate(
    tx: Transaction,
    name: str,
    correlation: Mapping[str, Value] | None = None,
    variables: Mapping[str, Value] | None = None,
    subject: str | None = None,
    *,
    case_id: int | None = None,
) -> list[int]:
    """Bring a message to who waits for it and return the cases that it reached or started.

    With a correlation, a subject or a case it goes to every case that matches; with none of them to
    the only one that waits. Where nobody waits it starts the processes that begin with it.
    Raises Rejection: conflict where several wait and nothing tells them apart, not_found.
    """
    given = variables or {}
    waiting = _waiting(tx, name, correlation or {}, subject, case_id)
    if not correlation:
        waiting = _meant(tx, waiting, given) or waiting
    reached = list(dict.fromkeys(row.case_id for row in waiting))
    if len(reached) > 1 and not (correlation or subject or case_id or _meant(tx, waiting, given)):
        raise Rejection(
            "conflict",
            "Expected one case to wait for message %(name)s, but %(count)s do: say which",
            name=name,
            count=len(reached),
        )
    for number in reached:
        meant = {row.id for row in waiting if row.case_id == number}
        _reach(tx, number, "message", name, given, meant)
    if not reached and case_id is None:
        entries = definitions.starts(tx, "message", name)
        reached = [
            _start(tx, definition, element, given, subject) for definition, element in entries
        ]
    if not reached:
        raise rejection.not_found(
            "a case that waits for message %(name)s, or a process that it starts", name=name
        )
    return reached


def broadcast(tx: Transaction, signal: str, variables: Mapping[str, Value] | None = None) -> int:
    """Throw a signal from outside: each case that waits and each process it starts gets a delivery. Return how many."""
    data = {
        "name": signal,
        "variables": {key: to_json(value) for key, value in (variables or {}).items()},
    }
    numbers = {row.case_id for row in tx.execute(_by_name, {"kind": "signal", "name": signal})}
    deliveries = [("signal", {**data, "case": number}) for number in sorted(numbers)]
    for definition, element in definitions.starts(tx, "signal", signal):
        deliveries.append(("start", {**data, "definition": definition, "element": element}))
    if deliveries:
        tx.execute(jobs.INSERT, [jobs.delivery(tx, topic, told) for topic, told in deliveries])
    tx.note(Event("signal_sent", ref=signal, data={"deliveries": len(deliveries)}))
    return len(deliveries)


def deliver_message(tx: Transaction, data: Mapping[str, Any]) -> None:
    """Bring a message that a case has sent; where nobody waits, that is noted and the message is gone."""
    given = {key: from_json(value) for key, value in data["variables"].items()}
    correlation = {key: from_json(value) for key, value in data["correlation"].items()}
    entries = [
        (definition, element)
        for definition, element in definitions.starts(tx, "message", data["name"])
        if _is_addressed(tx, definition, data["process"])
    ]
    waiting = [
        row
        for row in _waiting(tx, data["name"], correlation, None, None)
        if _is_addressed(tx, row.definition_id, data["process"])
    ]
    reached = list(dict.fromkeys(row.case_id for row in waiting))
    if not correlation and len(reached) > 1:
        # without a key the one about the same record, else the one that has waited longest
        same = [
            row.case_id for row in waiting if data["subject"] and row.subject == data["subject"]
        ]
        reached = (same or reached)[:1]
    for number in reached:
        _reach(
            tx,
            number,
            "message",
            data["name"],
            given,
            {row.id for row in waiting if row.case_id == number},
            is_kept=True,
        )
    if not reached:
        for definition, element in entries:
            _start(tx, definition, element, given, data["subject"])
    if not reached and not entries:
        _dropped(tx, data)


def _dropped(tx: Transaction, data: Mapping[str, Any]) -> None:
    """Tell the case that sent a message that nobody took it."""
    sender = data.get("sender")
    is_there = sender is not None and cases.row(tx, sender) is not None
    seq = loading.lock(tx, sender).next_seq() if is_there else None  # type: ignore[arg-type]  # it is there
    case_id = sender if is_there else None
    tx.note(
        Event(
            "message_dropped",
            case_id=case_id,
            seq=seq,
            subject=data["subject"],
            element=data.get("element"),
            ref=data["name"],
        )
    )


def deliver_signal(tx: Transaction, data: Mapping[str, Any]) -> None:
    """Bring a signal to one case that waited when it was thrown."""
    given = {key: from_json(value) for key, value in data["variables"].items()}
    _reach(tx, data["case"], "signal", data["name"], given, None)


def deliver_start(tx: Transaction, data: Mapping[str, Any]) -> None:
    """Start a case for a signal or a change; one live case a record is enough where the process says so."""
    given = {key: from_json(value) for key, value in data.get("variables", {}).items()}
    try:
        _start(tx, data["definition"], data["element"], given, data.get("subject"))
    except Rejection as refused:
        if refused.reason != "conflict":
            raise


def _waiting(
    tx: Transaction,
    name: str,
    correlation: Mapping[str, Value],
    subject: str | None,
    case_id: int | None,
) -> Sequence[Row[Any]]:
    question = _by_name
    if correlation:
        asked = subscriptions.c.correlation.in_(keys(correlation))
        question = question.where(
            or_(asked, subscriptions.c.correlation.is_(None)) if subject or case_id else asked
        )
    if subject is not None:
        question = question.where(subscriptions.c.subject == subject)
    if case_id is not None:
        question = question.where(subscriptions.c.case_id == case_id)
    return tx.execute(
        question.order_by(subscriptions.c.id).limit(MOST), {"kind": "message", "name": name}
    ).all()


def _meant(
    tx: Transaction, waiting: Sequence[Row[Any]], given: Mapping[str, Value]
) -> list[Row[Any]]:
    """Return those whose keys are found in the message itself, by the paths that the model gives (BPMN 8.4.2)."""
    found = []
    for row in waiting:
        element = definitions.process(tx, row.definition_id).elements[row.element]
        message = wait.definitions_of(element)[row.nth]
        if row.correlation and isinstance(message, Message) and message.retrieval:
            paths = message.retrieval.items()
            if (
                key({name: path.evaluate(given, now=tx.now) for name, path in paths})
                == row.correlation
            ):
                found.append(row)
    return found


def _is_addressed(tx: Transaction, definition: int, process: str | None) -> bool:
    """Say whether a message flow leads to a definition; a message without a flow is for everybody."""
    return process is None or definitions.process(tx, definition).id == process


def _reach(
    tx: Transaction,
    case_id: int,
    kind: str,
    name: str,
    given: Mapping[str, Value],
    numbers: set[int] | None,
    *,
    is_kept: bool = False,
) -> None:
    """Let a message or signal happen in one case, for every subscription that still waits there.

    A suspended case keeps a signal, and a message that another case has sent (`is_kept`), until it is resumed.
    """
    plan = loading.lock(tx, case_id)
    if plan.case.state == "suspended" and kind == "message" and not is_kept:
        raise rejection.invalid_state(
            "Expected case %(case)s to take message %(name)s, but it is suspended",
            case=case_id,
            name=name,
        )
    rows = tx.execute(_of_case, {"kind": kind, "name": name, "case_id": case_id}).all()
    wanted = [row for row in rows if numbers is None or row.id in numbers]
    if not wanted:
        return

    def begin() -> None:
        plan.note(f"{kind}_received", wanted[0].element, data={"name": name})
        for row in wanted if kind == "signal" else wanted[:1]:
            _happen(plan, row, given)

    execution.advance(plan, begin)


def _happen(plan: Plan, row: Row[Any], given: Mapping[str, Value]) -> None:
    token = loading.token(plan, row.scope_id, row.token_id)
    if token is not None and "s" in token.stored:
        catch.event(plan, token, row.element, row.nth, given)


def _start(
    tx: Transaction,
    definition: int,
    element: str | None,
    given: Mapping[str, Value],
    subject: str | None,
) -> int:
    key = definitions.get(tx, definition).key
    wanted = definitions.process(tx, definition).subject
    about = (
        subject if wanted in (None, "none") or (subject or "").startswith(f"{wanted}:") else None
    )
    return instances.start(tx, key, given, about, definition_id=definition, element=element)
