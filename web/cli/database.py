"""What the commands that need the company's database share: its option, and opening it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import click

from ledger.rejection import Rejection
from ledger.store import Store
from ledger.transaction import Transaction
from web import settings

F = TypeVar("F", bound=Callable[..., Any])


def database_option(command: F) -> F:
    """Add `--database URL` to a command."""
    words = "The database; otherwise KONTOR_DATABASE, then kontor.toml."
    return click.option("--database", metavar="URL", help=words)(command)


def actor_option(command: F) -> F:
    """Add `--as LOGIN` to a command: in whose name it acts."""
    words = "Act in the name of this person; otherwise as the program itself."
    return click.option("--as", "login", metavar="LOGIN", help=words)(command)


@contextmanager
def opened(database: str | None) -> Iterator[Store]:
    """Yield the wired store of a database whose tables are this release's.

    What a command commits there wakes the workers of other processes.
    """
    from web import schema, wiring

    loaded = settings.load(database=database).settings
    must_exist(loaded.database)
    store = wiring.open_store(loaded)
    try:
        schema.check(store)
        wakes_workers(store)
        yield store
    finally:
        store.close()


def wakes_workers(store: Store) -> None:
    """Let each commit of this process wake the workers of others at once: PostgreSQL only."""
    from scheduler import bell

    if not store.is_sqlite:
        bell.after_commands(store, partial(bell.ring, store))


def must_exist(url: str) -> None:
    """Raise `Rejection(not_found)` where a SQLite file is not there: looking must not make an empty one."""
    from pathlib import Path

    from sqlalchemy import make_url

    address = make_url(url)
    file = address.database
    if address.get_backend_name() != "sqlite" or not file or file == ":memory:":
        return
    if not Path(file).is_file():
        raise Rejection("not_found", "There is no database at %(file)s", file=file)


def acting(tx: Transaction, login: str | None) -> str:
    """Return the actor that `--as` names. Raises `Rejection(not_found)` where nobody active has the login."""
    from crm_entities import staff

    if login is None:
        return "system"
    member = staff.by_login(tx, login)
    if member is None or member.state != "active":
        raise Rejection(
            "not_found",
            f"Expected the login of somebody who works here, but got {login!r}",
            field="as",
        )
    return member.subject
