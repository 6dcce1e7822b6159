"""`kontor web`: the screens only."""

from __future__ import annotations

import click

from web import garbage, settings
from web.cli.database import database_option


@click.command(name="web")
@click.option("--host", help="The address to listen on; otherwise 127.0.0.1.")
@click.option("--port", type=int, help="The port to listen on; otherwise 8080.")
@click.option(
    "--migrate", is_flag=True, help="Bring the database up to date first, after a backup."
)
@database_option
def command(host: str | None, port: int | None, database: str | None, *, migrate: bool) -> None:
    """Serve the screens only; on PostgreSQL as often and on as many hosts as wanted.

    Deadlines, jobs and mails are looked after by `kontor worker`.
    """
    garbage.wait()
    from web import logs, serving

    loaded = settings.load(host=host, port=port, database=database).settings
    logs.configure(loaded.log_level)
    with serving.store_of(loaded, migrates=migrate) as store:
        greeting = f"Kontor is at {loaded.address} – Ctrl-C ends."
        serving.serve(
            store, loaded, has_heartbeat=False, greeting=lambda: serving.announce(greeting)
        )
