"""`kontor demo`: a company to look at."""

from __future__ import annotations

from pathlib import Path

import click

from web.cli.database import database_option


@click.command(name="demo")
@database_option
def command(database: str | None) -> None:
    """Fill an empty database with a company: 12 colleagues, 200 clients, 60 deals and some 40 running cases.

    The database is marked `demo`; `kontor serve` then shows the logins.
    """
    from web import demo, schema, settings, wiring

    loaded = settings.load(database=database).settings
    store = wiring.open_store(loaded)
    try:
        schema.upgrade(store, Path(loaded.backups))
        if not demo.is_wanted(store):
            raise click.ClickException(
                "Expected an empty database, but somebody works in this one already"
            )
        demo.fill(store)
    finally:
        store.close()
    for login, role in demo.LOGINS.items():
        click.echo(f"{login:<10} {role}")
    click.echo(f"The password of all of them: {demo.PASSWORD}")
