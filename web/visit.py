"""One request: who visits, which store, and the transactions it reads and writes in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from flask import Flask, current_app, g

from crm_entities import visibility
from crm_entities.visibility import Viewer
from ledger import timings, transaction
from ledger.store import Store
from ledger.transaction import Transaction
from web.settings import Settings

T = TypeVar("T")
NOBODY = "system"


def init_app(app: Flask, store: Store, settings: Settings) -> None:
    """Give each request of `app` the store and the settings."""
    app.extensions["kontor.store"], app.extensions["kontor.settings"] = store, settings
    app.teardown_appcontext(lambda _fault: close())


def store() -> Store:
    """Return the database of this application."""
    return cast("Store", current_app.extensions["kontor.store"])


def settings() -> Settings:
    """Return the settings of this application."""
    return cast("Settings", current_app.extensions["kontor.settings"])


def actor() -> str:
    """Return who acts: `staff:4`, or `system` before login."""
    person = g.get("person")
    return NOBODY if person is None else cast("str", person.actor)


def via() -> str | None:
    """Return by which key a program came, as `api_key:7`; None for a person."""
    bearer = g.get("bearer")
    return None if bearer is None else f"api_key:{bearer.key_id}"


def viewer() -> Viewer:
    """Return for whom records are looked at; only after login."""
    return cast("Viewer", g.person)


def tx() -> Transaction:
    """Return the reading transaction of this request: one consistent state from its first use on."""
    found: Transaction | None = g.get("reading")
    if found is None:
        g.read = transaction.read(store(), actor())
        found = g.reading = g.read.__enter__()  # it ends with the request
        _introduce(found)
    return found


def go_on() -> None:
    """Let the reading transaction that found out who visits be the visitor's from here on."""
    tx().actor = actor()
    _introduce(tx())


def run(command: Callable[[Transaction], T]) -> T:
    """Return what `command` returns in a writing transaction; what is read afterwards sees it."""

    def introduced(tx: Transaction) -> T:
        _introduce(tx)
        return command(tx)

    who = actor()
    close()
    with timings.taken("command"):
        return transaction.run(store(), who, introduced)


def _introduce(tx: Transaction) -> None:
    """Say by which key, and spare the rooms below the question who acts: cookie or key has answered it."""
    tx.via = via()
    if g.get("person") is not None:
        visibility.remember(tx, viewer())


def close() -> None:
    """End the reading transaction, if there is one."""
    if g.pop("reading", None) is not None:
        g.pop("read").__exit__(None, None, None)
