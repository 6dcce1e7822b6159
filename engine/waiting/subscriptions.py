"""Rows of subscriptions: which case waits for which message or signal."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import chain, combinations
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
)

from engine.feel import json_form
from ledger.base import metadata

subscriptions = Table(
    "bpmn_subscription",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, nullable=False),
    Column("scope_id", BigInteger, nullable=False),
    Column("token_id", BigInteger, nullable=False),
    Column("definition_id", BigInteger, nullable=False),
    Column("element", String(255), nullable=False),
    Column("nth", Integer, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("name", String(255), nullable=False),
    Column("correlation", Text),
    Column("subject", String(64)),
    # who waits for a message or a signal
    Index("ix_bpmn_subscription_name", "kind", "name", "correlation", "case_id"),
    # what a token waits for
    Index("ix_bpmn_subscription_case_id", "case_id", "token_id"),
)
MOST_KEYS = 6

INSERT = insert(subscriptions)
CLEAR = delete(subscriptions).where(
    subscriptions.c.case_id == bindparam("b_case"), subscriptions.c.token_id == bindparam("b_token")
)


def key(correlation: Mapping[str, Any]) -> str | None:
    """Return the text under which a correlation is found; None where nothing is asked for."""
    if not correlation:
        return None
    plain = {name: json_form.to_json(value) for name, value in correlation.items()}
    # 17 and 17.0 are one number, whoever wrote it
    whole = {
        name: str(value) if isinstance(value, int) else _plain(value)
        for name, value in plain.items()
    }
    return orjson.dumps(whole, option=orjson.OPT_SORT_KEYS).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, dict) and "$decimal" in value:
        number = json_form.from_json(value)
        return format(number.normalize(), "f") if isinstance(number, Decimal) else value
    return value


def keys(correlation: Mapping[str, Any]) -> list[str]:
    """Return the texts of every part of a message's correlation: a case may wait for fewer keys than it carries."""
    names = sorted(correlation)[:MOST_KEYS]
    parts = chain.from_iterable(combinations(names, size) for size in range(len(names), 0, -1))
    return [text for part in parts if (text := key({name: correlation[name] for name in part}))]
