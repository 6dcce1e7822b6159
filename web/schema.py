"""The tables of this program on a database: made, brought up to date after a backup, or refused in words."""

from __future__ import annotations

import importlib
import pkgutil
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

import migrations
from ledger.base import metadata
from ledger.rejection import Rejection
from ledger.store import Store

if TYPE_CHECKING:
    from alembic.config import Config

ROOMS = ("ledger", "engine", "crm_entities", "process_defs", "scheduler", "web")
HISTORY = Path(migrations.__path__[0]).resolve()
_revision = text("SELECT version_num FROM alembic_version")


def import_tables() -> None:
    """Import every module of every room, so that `metadata` knows every table."""
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            importlib.import_module(module.name)


def create_all(store: Store) -> None:
    """Make all tables on an empty database, without the history; for throw-away stores."""
    import_tables()
    metadata.create_all(store.engine)


def upgrade(store: Store, backups: Path) -> Path | None:
    """Bring the database to this program's revision; a SQLite file is copied to `backups` first.

    Returns the copy, or None where nothing had to be done or the database was
    empty. Raises `Rejection(invalid_state)` where a newer program wrote the database.
    """
    with store.engine.connect() as connection:
        is_current, is_empty = _state(store, connection)
    if is_current:
        return None
    copy = None if is_empty else _backup(store, backups)
    from alembic import command  # noqa: PLC0415  # half of what a start without an upgrade takes

    with store.engine.connect() as connection:
        command.upgrade(configuration(connection), "head")
        connection.commit()
    return copy


def check(store: Store) -> None:
    """Raise `Rejection(invalid_state)` unless the database has exactly this program's tables."""
    with store.engine.connect() as connection:
        is_current, is_empty = _state(store, connection)
    if is_current:
        return
    raise Rejection("invalid_state", _old(_name(store), is_empty=is_empty))


def _old(name: str, *, is_empty: bool) -> str:
    found = "is empty" if is_empty else "has those of an older release"
    return (
        f"Expected the tables of this release at {name}, but the database {found}; "
        "`kontor serve` or `kontor web --migrate` brings it up to date"
    )


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration of the one history, on `connection`."""
    from alembic.config import Config  # noqa: PLC0415  # see upgrade

    config = Config()
    config.set_main_option("script_location", str(HISTORY).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _state(store: Store, connection: Connection) -> tuple[bool, bool]:
    """Say whether the database is at the head, and whether it is empty; refuse one from the future."""
    known = inspect(connection).get_table_names()
    current = connection.scalar(_revision) if "alembic_version" in known else None
    if current == migrations.HEAD:
        return True, False
    if current is not None and current not in _revisions():
        raise Rejection(
            "invalid_state",
            f"Expected a database of this release or an older one at {_name(store)}, "
            f"but it has revision {current}, which this program does not know; use the newer program",
        )
    return False, current is None and not known


def _revisions() -> set[str]:
    """Return every revision of the history."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415  # see upgrade

    script = ScriptDirectory.from_config(configuration())
    return {revision.revision for revision in script.walk_revisions()}


def _backup(store: Store, folder: Path) -> Path | None:
    """Copy a SQLite file with SQLite's own backup, which also sees what other connections have committed."""
    if not store.is_sqlite or not store.engine.url.database:
        return None
    source = Path(store.engine.url.database)
    folder.mkdir(parents=True, exist_ok=True)
    now: datetime = store.clock()
    copy = folder / f"{source.stem}-{now:%Y%m%dT%H%M%SZ}.db"
    reader, writer = sqlite3.connect(source), sqlite3.connect(copy)
    try:
        reader.backup(writer)
    finally:
        reader.close()
        writer.close()
    return copy


def _name(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=True)
