"""Who sends a request of the API: the owner of the key in its Authorization header, and no cookie (RFC 6750)."""

from __future__ import annotations

from typing import cast

from flask import g, request
from werkzeug.exceptions import Unauthorized

from crm_entities import api_answers, api_keys
from crm_entities.api_keys import Bearer
from ledger.rejection import Rejection
from ledger.transaction import Transaction
from web import visit
from web.api import strangers

BLUEPRINT = "api"
LONGEST = 200
MOST_BYTES = 4 * 1024 * 1024
"""The largest request: a batch of results, each with at most a megabyte of variables."""


def find_key() -> None:
    """Before each request of the API: let `g.person` be the viewer of the key, or None."""
    if request.blueprint != BLUEPRINT:
        return
    request.max_content_length = MOST_BYTES
    g.person = g.bearer = None
    value = _value()
    if value is None:
        return
    strangers.check(value)
    found = api_keys.find(visit.tx(), value)
    is_stale = found is not None and api_keys.is_stale(found, visit.tx().now)
    visit.close()
    if found is None:
        strangers.refused()
        return
    g.person, g.bearer = found.viewer, found
    if is_stale:
        visit.run(lambda tx: _touch(tx, found.key_id))


def _value() -> str | None:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    is_key = scheme.lower() == "bearer" and 0 < len(value.strip()) <= LONGEST
    return value.strip() if is_key else None


def _touch(tx: Transaction, key_id: int) -> None:
    """Note the use of a key, about once in a minute, and tidy up what its requests left behind."""
    api_keys.touch(tx, key_id)
    api_answers.sweep(tx)


def key() -> Bearer:
    """Return who sent this request; only after `rights.check`."""
    return cast("Bearer", g.bearer)


def demand_again(tx: Transaction, topics: list[str]) -> None:
    """Refuse a request that has waited, where its key opens nothing any more, or not these topics."""
    g.bearer = api_keys.find(tx, _value() or "")
    if g.bearer is None:
        raise Unauthorized
    demand_topics(topics)


def demand_topics(topics: list[str]) -> None:
    """Raise Rejection(forbidden) unless the key may take jobs of all these topics."""
    for topic in topics:
        if not key().may_take(topic):
            raise Rejection(
                "forbidden",
                "Expected a key for the topic %(topic)s, but %(key)s may not take its jobs; "
                "an administrator can make a key that may",
                topic=topic,
                key=key().name,
                field="topics",
            )
