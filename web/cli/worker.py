"""`kontor worker`: deadlines, jobs, alerts and mails only."""

from __future__ import annotations

import click

from web import garbage, settings
from web.cli.database import database_option


@click.command(name="worker")
@database_option
def command(database: str | None) -> None:
    """Run deadlines, jobs, alerts and mails, beside `kontor web`; as often as wanted, on PostgreSQL."""
    garbage.wait()
    from web import logs, serving

    loaded = settings.load(database=database).settings
    logs.configure(loaded.log_level)
    with serving.store_of(loaded, migrates=False) as store:
        serving.work(store, loaded)
