"""Rows of cases and scopes: loading what a step touches, and the statements that write it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from ledger.base import Instant, metadata
from ledger.transaction import Transaction

cases = Table(
    "bpmn_case",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("definition_id", BigInteger, nullable=False),
    Column("key", String(255), nullable=False),
    Column("state", String(16), nullable=False),
    Column("subject", String(64)),
    Column("business_key", String(255)),
    Column("priority", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("watches", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("started_by", String(64), nullable=False),
    Column("touched_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("end_element", String(255)),
    Column("tokens", Text, nullable=False),
    Column("variables", Text),
    # the cases of a client or a deal, and those that live
    Index(
        "ix_bpmn_case_subject",
        "subject",
        "state",
        sqlite_where=text("subject IS NOT NULL"),
        postgresql_where=text("subject IS NOT NULL"),
    ),
    # the list of cases of a process, newest first, and those that could move to a version
    Index("ix_bpmn_case_key_state", "key", "state", "id"),
    # how many live cases a version has, and which
    Index("ix_bpmn_case_definition_id", "definition_id", "state"),
    # the case that another program calls so
    Index(
        "ix_bpmn_case_business_key",
        "business_key",
        sqlite_where=text("business_key IS NOT NULL"),
        postgresql_where=text("business_key IS NOT NULL"),
    ),
)
scopes = Table(
    "bpmn_scope",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, nullable=False, index=True),
    Column("parent_id", BigInteger, nullable=False),
    Column("owner", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("element", String(255)),
    Column("definition_id", BigInteger, nullable=False),
    Column("tokens", Text, nullable=False),
    Column("variables", Text),
    Column("output", Text),
    # the instances of an activity, without the other scopes of the case
    Index("ix_bpmn_scope_owner", "owner", "position"),
)
large_values = Table(
    "bpmn_value",
    metadata,
    Column("scope_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(255), primary_key=True),
    Column("case_id", BigInteger, nullable=False, index=True),
    Column("value", Text, nullable=False),
)

INSERT_CASE = insert(cases)
UPDATE_CASE = (
    update(cases)
    .where(cases.c.id == bindparam("b_id"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "state",
                "priority",
                "seq",
                "watches",
                "touched_at",
                "ended_at",
                "end_element",
                "tokens",
                "variables",
            )
        }
    )
)
COUNT = (
    update(cases)
    .where(cases.c.id == bindparam("b_id"))
    .values(seq=bindparam("seq"), touched_at=bindparam("touched_at"))
)
INSERT_SCOPE = insert(scopes)
UPDATE_SCOPE = (
    update(scopes)
    .where(scopes.c.id == bindparam("b_id"), scopes.c.case_id == bindparam("b_case"))
    .values(
        tokens=bindparam("tokens"), variables=bindparam("variables"), output=bindparam("output")
    )
)
DELETE_SCOPE = delete(scopes).where(
    scopes.c.id == bindparam("b_id"), scopes.c.case_id == bindparam("b_case")
)
DELETE_OWNED = delete(scopes).where(
    scopes.c.owner == bindparam("b_owner"), scopes.c.case_id == bindparam("b_case")
)
DELETE_VALUES = delete(large_values).where(
    large_values.c.scope_id == bindparam("b_scope"), large_values.c.case_id == bindparam("b_case")
)
DELETE_VALUE = delete(large_values).where(
    large_values.c.scope_id == bindparam("scope_id"),
    large_values.c.name == bindparam("name"),
    large_values.c.case_id == bindparam("case_id"),
)
INSERT_VALUE = insert(large_values)

_case = select(cases).where(cases.c.id == bindparam("id"))
_locked = _case.with_for_update()
_free = _case.with_for_update(skip_locked=True)
_value = select(large_values.c.value).where(
    large_values.c.scope_id == bindparam("scope"), large_values.c.name == bindparam("name")
)


def _chain() -> Any:
    up = select(scopes).where(scopes.c.id == bindparam("id")).cte("up", recursive=True)
    return select(up.union_all(select(scopes).join(up, scopes.c.id == up.c.parent_id)))


def _below() -> Any:
    down = (
        select(scopes)
        .where(
            scopes.c.owner.in_(bindparam("owners", expanding=True)),
            scopes.c.case_id == bindparam("case_id"),
        )
        .cte("down", recursive=True)
    )
    return select(down.union_all(select(scopes).join(down, scopes.c.parent_id == down.c.id)))


_of_case = select(scopes).where(scopes.c.case_id == bindparam("case_id")).order_by(scopes.c.id)
_number = select(func.count()).where(scopes.c.case_id == bindparam("case_id"))
_chain_of = _chain()
_below_tokens = _below()
_at_position = select(scopes).where(
    scopes.c.owner == bindparam("owner"), scopes.c.position == bindparam("position")
)
_outputs = (
    select(scopes.c.position, scopes.c.output)
    .where(scopes.c.owner == bindparam("owner"), scopes.c.output.is_not(None))
    .order_by(scopes.c.position)
)


def lock(tx: Transaction, case_id: int, *, is_patient: bool = True) -> Mapping[str, Any] | None:
    """Return a case's row and hold it until the transaction ends; the impatient get None where somebody holds it."""
    found = tx.execute(_locked if is_patient else _free, {"id": case_id}).mappings().one_or_none()
    return None if found is None else dict(found)


def row(tx: Transaction, case_id: int) -> Row[Any] | None:
    """Return a case's row without holding it."""
    return tx.execute(_case, {"id": case_id}).one_or_none()


def chain(tx: Transaction, scope_id: int) -> Sequence[Row[Any]]:
    """Return a scope's row and those of the scopes around it, without the case, in no order."""
    return tx.execute(_chain_of, {"id": scope_id}).all()


def of_case(tx: Transaction, case_id: int) -> Sequence[Row[Any]]:
    """Return the rows of every scope inside a case, the outer before the inner."""
    return tx.execute(_of_case, {"case_id": case_id}).all()


def below(tx: Transaction, case_id: int, owners: Iterable[int]) -> Sequence[Row[Any]]:
    """Return the rows of all scopes that belong to tokens, however deep."""
    return tx.execute(_below_tokens, {"owners": list(owners), "case_id": case_id}).all()


def number_of_scopes(tx: Transaction, case_id: int) -> int:
    """Return how many scopes are stored inside a case."""
    return int(tx.execute(_number, {"case_id": case_id}).scalar_one())


def at(tx: Transaction, owner: int, position: int) -> Row[Any] | None:
    """Return the row of one instance of a multi-instance activity."""
    return tx.execute(_at_position, {"owner": owner, "position": position}).one_or_none()


def outputs(tx: Transaction, owner: int) -> Sequence[Row[Any]]:
    """Return what the ended instances of a multi-instance activity left, in the order of the instances."""
    return tx.execute(_outputs, {"owner": owner}).all()


def value(tx: Transaction, scope_id: int, name: str) -> str:
    """Return the text of a large value."""
    return str(tx.execute(_value, {"scope": scope_id, "name": name}).scalar_one())
