"""`kontor key`: make an API key for another program."""

from __future__ import annotations

import click

from web.cli.database import acting, actor_option, database_option, opened


@click.command(name="key")
@click.argument("name")
@click.option("--owner", required=True, metavar="LOGIN", help="Whose rights the program has.")
@click.option("--topic", "topics", multiple=True, help="A kind of work it may take; * for all.")
@click.option(
    "--right", "rights", multiple=True, help="Only this right of the owner; may be given again."
)
@database_option
@actor_option
def command(
    name: str,
    owner: str,
    topics: tuple[str, ...],
    rights: tuple[str, ...],
    database: str | None,
    login: str | None,
) -> None:
    """Make an API key for the program NAME and print it, this once."""
    from crm_entities import api_keys
    from ledger import transaction
    from ledger.transaction import Transaction

    with opened(database) as store:
        with transaction.read(store, "system") as tx:
            actor, number = acting(tx, login), int(acting(tx, owner).removeprefix("staff:"))

        def make(tx: Transaction) -> str:
            return api_keys.make(tx, name, number, rights=rights or None, topics=topics)[1]

        click.echo(transaction.run(store, actor, make))
