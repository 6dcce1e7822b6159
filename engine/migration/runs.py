"""Many cases move: each in a transaction of its own, so that a run may be cut off at any time and goes on.

A run leaves a job for every case, which any worker does; who started it may do them too (`next_batch`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from engine import definitions
from engine.clocks.policies import Terms
from engine.migration import findings as findings_of
from engine.migration import moves
from engine.migration.findings import Blocked, Finding, Report, Summary
from engine.migration.progress import Run, get
from engine.migration.table import FAILED, LEFT, MOVED, WAITING, migrated_cases, migrations
from engine.verbs import fail
from engine.waiting import cases, jobs
from ledger import rejection, transaction, words
from ledger.rejection import Rejection
from ledger.store import Store
from ledger.transaction import Transaction

BATCH = 50
LOOKED_AT = 1_000
"""How many cases a look ahead reads at most."""
LIVE = ("active", "suspended")


_turn = (
    select(migrated_cases)
    .where(
        migrated_cases.c.migration_id == bindparam("run"),
        migrated_cases.c.case_id == bindparam("case"),
        migrated_cases.c.state == WAITING,
    )
    .with_for_update()
)
_result = (
    update(migrated_cases)
    .where(
        migrated_cases.c.migration_id == bindparam("b_run"),
        migrated_cases.c.case_id == bindparam("b_case"),
    )
    .values(state=bindparam("state"), at=bindparam("at"), reason=bindparam("reason"))
)


def candidates(tx: Transaction, definition_id: int) -> list[int]:
    """Return the live cases of other versions of a definition, the oldest first."""
    target = definitions.get(tx, definition_id)
    question = select(cases.cases.c.id).where(
        cases.cases.c.key == target.key,
        cases.cases.c.state.in_(LIVE),
        cases.cases.c.definition_id != definition_id,
    )
    return list(tx.execute(question.order_by(cases.cases.c.id)).scalars())


def look(
    tx: Transaction,
    case_ids: Sequence[int],
    definition_id: int,
    mapping: Mapping[str, str] | None = None,
    terms: Terms | None = None,
) -> Summary:
    """Return what would become of many cases; nothing is written. At most `LOOKED_AT` are read."""
    asked = list(case_ids)[:LOOKED_AT]
    reports = tuple(_look(tx, number, definition_id, mapping, terms) for number in asked)
    return Summary(reports, len(case_ids) - len(asked))


def _look(
    tx: Transaction,
    case_id: int,
    definition_id: int,
    mapping: Mapping[str, str] | None,
    terms: Terms | None,
) -> Report:
    """Return what would become of one of many cases; one that has ended meanwhile is no reason to stop."""
    try:
        return moves.look(tx, case_id, definition_id, mapping, terms)
    except Rejection as refused:
        if refused.field is not None:
            raise
        return Report(case_id, None, 0, findings=(_refused(refused),))


def start(
    tx: Transaction,
    case_ids: Sequence[int],
    definition_id: int,
    mapping: Mapping[str, str] | None = None,
    terms: Terms | None = None,
) -> int:
    """Let many cases move, one after another, and return the number of the run.

    Raises Rejection: forbidden, invalid_argument for no case or one that is not of this definition.
    """
    moves.may(tx, None)
    target, told = definitions.get(tx, definition_id), terms or Terms()
    rows = _rows(tx, case_ids, target)
    number = tx.new_id()
    run = {
        "id": number,
        "key": target.key,
        "definition_id": definition_id,
        "version": target.version,
        "mapping": dict(mapping or {}),
        "policy": told.policy,
        "grace": None if told.grace is None else str(told.grace),
        "total": len(rows),
        "at": tx.now,
        "by": tx.actor,
    }
    tx.execute(insert(migrations), run)
    turns, work = [], []
    for row in rows:
        job = jobs.delivery(tx, "migration", {"run": number, "case": row.id})
        work.append(job)
        turn = {"migration_id": number, "case_id": row.id, "job_id": job["id"]}
        turns.append({**turn, "definition_id": row.definition_id, "state": WAITING})
    tx.write(insert(migrated_cases), turns)
    tx.write(jobs.INSERT, work)
    return number


def deliver(tx: Transaction, data: Mapping[str, Any]) -> None:
    """Let one case of a run have its turn, in the name of who started the run; what is in its way is kept."""
    turn = tx.execute(_turn, {"run": data["run"], "case": data["case"]}).one_or_none()
    if turn is None:
        return
    run = tx.execute(select(migrations).where(migrations.c.id == data["run"])).one()
    tx.actor = run.by
    state, reason = _move(tx, run, turn)
    row = {"b_run": run.id, "b_case": turn.case_id}
    tx.execute(_result, {**row, "state": state, "at": tx.now, "reason": reason})


def next_batch(store: Store, actor: str, run_id: int, most: int = BATCH) -> Run:
    """Let the next cases of a run have their turn, each in a transaction of its own; return how far it is."""
    question = select(migrated_cases.c.case_id).where(
        migrated_cases.c.migration_id == run_id, migrated_cases.c.state == WAITING
    )
    with transaction.read(store, actor) as tx:
        turns = tx.execute(question.order_by(migrated_cases.c.case_id).limit(most)).scalars().all()
    for number in turns:
        data = {"run": run_id, "case": number}
        transaction.run(store, actor, lambda tx, data=data: deliver(tx, data))  # type: ignore[misc]  # bound at once
    with transaction.read(store, actor) as tx:
        return get(tx, run_id)


def stop(tx: Transaction, run_id: int) -> None:
    """Let no further case of a run move; those that have moved stay where they are."""
    moves.may(tx, None)
    waiting = (migrated_cases.c.migration_id == run_id) & (migrated_cases.c.state == WAITING)
    numbers = select(migrated_cases.c.job_id).where(waiting)
    tx.execute(delete(jobs.jobs).where(jobs.jobs.c.id.in_(numbers)))
    tx.execute(update(migrated_cases).where(waiting).values(state=LEFT, at=tx.now))


def _rows(
    tx: Transaction, case_ids: Sequence[int], target: definitions.Definition
) -> Sequence[Row[Any]]:
    table = cases.cases
    question = select(table.c.id, table.c.definition_id).where(
        table.c.key == target.key, table.c.state.in_(LIVE), table.c.definition_id != target.id
    )
    wanted = set(case_ids)
    rows = [row for row in tx.execute(question.order_by(table.c.id)) if row.id in wanted]
    if not rows:
        raise rejection.invalid(
            "Expected live cases of another version of %(key)s to move, but there are none",
            key=target.key,
            field="cases",
        )
    return rows


def _move(tx: Transaction, run: Row[Any], turn: Row[Any]) -> tuple[str, list[Any] | None]:
    terms = Terms.parse(run.policy, run.grace)
    try:
        with tx.savepoint():
            moves.migrate(
                tx,
                turn.case_id,
                run.definition_id,
                run.mapping,
                terms,
                expected=turn.definition_id,
            )
    except Blocked as blocked:
        return FAILED, [findings_of.packed(each) for each in blocked.findings if each.blocks]
    except Rejection as refused:
        return FAILED, [findings_of.packed(_refused(refused))]
    except DBAPIError:
        raise
    except Exception as fault:  # noqa: BLE001  # one bad case never stops a run
        said = words.say("It cannot be moved: %(why)s", why=fail.words(fault))
        return FAILED, [findings_of.packed(Finding("failed", "", said, blocks=True))]
    return MOVED, None


def _refused(refused: Rejection) -> Finding:
    sentence = refused.sentence
    said = sentence if isinstance(sentence, words.Sentence) else words.say(sentence)
    return Finding("refused", "", said, blocks=True)
