"""Requests that may be sent again: the header Idempotency-Key names one, and what it asks for is done once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import g, request

from crm_entities import api_answers
from crm_entities.api_answers import Kept, Request
from ledger.transaction import Transaction
from web import visit
from web.api import bearer, problems

T = TypeVar("T")
View = TypeVar("View", bound=Callable[..., object])
HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')
"""A string of RFC 9651, as draft-ietf-httpapi-idempotency-key-header asks for."""
BARE = re.compile(r"[!#-~][!-~]*")
"""What many clients send instead."""


def sendable_again(view: View) -> View:
    """Let requests to a view, which runs its command by `run`, be sent again under an Idempotency-Key."""
    view.is_once = True  # type: ignore[attr-defined]  # functions carry attributes; their type does not
    return view


def is_once(view: Callable[..., object]) -> bool:
    """Say whether requests to a view may be sent again."""
    return getattr(view, "is_once", False)


def find() -> Kept | None:
    """Return the first answer where this request was answered before; note its name otherwise."""
    g.once = None
    written = request.headers.get(HEADER)
    if written is None:
        return None
    said = b"\n".join((request.method.encode(), request.path.encode(), request.get_data()))
    asked = Request(bearer.key().key_id, _name(written), hashlib.sha256(said).hexdigest())
    kept = api_answers.find(visit.tx(), asked)
    if kept is None:
        g.once = asked
        return None
    return _same(asked, kept)


def run(command: Callable[[Transaction], T]) -> T:
    """Return what `command` returns, a value of JSON; where another request of that name was first, its answer."""
    asked = cast("Request | None", g.once)
    if asked is None:
        return visit.run(command)

    def once(tx: Transaction) -> Any:
        kept = api_answers.begin(tx, asked)
        if kept is not None:
            return _same(asked, kept).answer
        answer = command(tx)
        api_answers.keep(tx, asked, answer)
        return answer

    return cast("T", visit.run(once))


def _same(asked: Request, kept: Kept) -> Kept:
    if kept.digest != asked.digest:
        raise problems.Malformed(
            422,
            f"Expected the same request again under the {HEADER} {asked.name[:60]}, but it says something "
            "else now; another request needs another key",
        )
    return kept


def _name(written: str) -> str:
    text = written.strip()
    quoted = QUOTED.fullmatch(text)
    name = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else text
    if not 1 <= len(name) <= api_answers.LONGEST or not (quoted or BARE.fullmatch(text)):
        raise problems.Malformed(
            400,
            f'Expected the header {HEADER} with a text such as "8e03978e-40d5", of 1 to '
            f"{api_answers.LONGEST} characters of ASCII",
        )
    return name
