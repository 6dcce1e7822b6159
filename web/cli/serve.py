"""`kontor serve`: everything in one process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import garbage, settings
from web.cli.database import database_option

if TYPE_CHECKING:
    from ledger.store import Store


@click.command(name="serve")
@click.option("--host", help="The address to listen on; otherwise 127.0.0.1.")
@click.option("--port", type=int, help="The port to listen on; otherwise 8080.")
@click.option("--demo", is_flag=True, help="Fill an empty database with a demo company first.")
@database_option
def command(host: str | None, port: int | None, database: str | None, *, demo: bool) -> None:
    """Serve screens and run deadlines, jobs and mails, all in one process.

    An older database is copied to var/backups and brought up to date first.
    Ctrl-C ends.
    """
    garbage.wait()
    from web import logs, serving

    loaded = settings.load(host=host, port=port, database=database).settings
    logs.configure(loaded.log_level)
    with serving.store_of(loaded, migrates=True, fill=_fill if demo else None) as store:
        serving.serve(
            store, loaded, has_heartbeat=True, greeting=lambda: _greet(store, loaded.address)
        )


def _fill(store: Store) -> None:
    """Fill the demo company into a database in which nobody works yet."""
    from web import demo
    from web.serving import announce

    if demo.is_wanted(store):
        announce("Filling the demo company …")
        demo.fill(store)


def _greet(store: Store, address: str) -> None:
    from ledger import transaction
    from web import demo, properties
    from web.serving import announce

    announce(f"Kontor is at {address} – Ctrl-C ends.")
    with transaction.read(store, "system") as tx:
        is_demo = properties.get(tx, "mark") == "demo"
    if is_demo:
        for login, role in demo.LOGINS.items():
            announce(f"  {login:<10} {role}")
        announce(f"  The password of all of them: {demo.PASSWORD}")
