"""Versions of definitions: found, listed, published, retired."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import (
    bindparam,
    func,
    select,
)

from engine.definitions.tables import Definition, definitions, of_row
from ledger import rejection
from ledger.transaction import Transaction

_by_id = select(definitions).where(definitions.c.id == bindparam("id"))

NEWEST = (
    select(definitions)
    .where(definitions.c.key == bindparam("key"), definitions.c.state == "published")
    .order_by(definitions.c.version.desc())
    .limit(1)
)

# Asked whenever a case starts, so it goes the short way: the fields in the order of Definition.
_newest = NEWEST.with_only_columns(*(definitions.c[field.name] for field in fields(Definition)))

_version = select(definitions).where(
    definitions.c.key == bindparam("key"), definitions.c.version == bindparam("version")
)

_beside = select(definitions).where(
    definitions.c.key == bindparam("key"), definitions.c.deployment_id == bindparam("deployment_id")
)


def latest(tx: Transaction, key: str) -> Definition:
    """Return the newest published version. Raises Rejection(not_found)."""
    rows = tx.read(_newest, {"key": key})
    if not rows:
        raise rejection.not_found("a published process %(key)s", key=key)
    (row,) = rows
    row[-1] = row[-1] or {}
    return Definition(*row)


def bound(tx: Transaction, key: str, binding: str, deployment_id: int) -> Definition:
    """Return the version a call means: `latest`, `deployment` (the caller's own) or a number."""
    row = None
    if binding == "deployment":
        row = tx.execute(_beside, {"key": key, "deployment_id": deployment_id}).one_or_none()
    elif binding.isdigit():
        row = tx.execute(_version, {"key": key, "version": int(binding)}).one_or_none()
        if row is None:
            raise rejection.not_found(
                "version %(binding)s of process %(key)s", binding=binding, key=key
            )
    return latest(tx, key) if row is None else of_row(row)


def get(tx: Transaction, definition_id: int) -> Definition:
    """Return a definition. Raises Rejection(not_found)."""
    row = tx.execute(_by_id, {"id": definition_id}).one_or_none()
    if row is None:
        raise rejection.not_found("process definition %(definition)s", definition=definition_id)
    return of_row(row)


def listed(tx: Transaction) -> list[Definition]:
    """Return the newest version of every key, by title; retired ones too."""
    newest = select(definitions.c.key, func.max(definitions.c.version).label("version")).group_by(
        definitions.c.key
    )
    last = newest.subquery()
    join = (definitions.c.key == last.c.key) & (definitions.c.version == last.c.version)
    return [
        of_row(row)
        for row in tx.execute(select(definitions).join(last, join).order_by(definitions.c.title))
    ]


def versions(tx: Transaction, key: str) -> list[Definition]:
    """Return every version of a key, newest first."""
    question = (
        select(definitions).where(definitions.c.key == key).order_by(definitions.c.version.desc())
    )
    return [of_row(row) for row in tx.execute(question)]
