"""`kontor start`: start a process."""

from __future__ import annotations

import json
from typing import Any

import click

from web.cli.database import acting, actor_option, database_option, opened


@click.command(name="start")
@click.argument("process")
@click.option("--subject", metavar="RECORD", help="What the case is about: client:3 or deal:17.")
@click.option("--variables", default="{}", metavar="JSON", help="Variables as a JSON object.")
@click.option("--business-key", metavar="TEXT", help="A number or name of your own.")
@click.option(
    "--calendar", metavar="KEY", help="A working calendar of its own, such as office-berlin."
)
@database_option
@actor_option
def command(
    process: str,
    subject: str | None,
    variables: str,
    business_key: str | None,
    calendar: str | None,
    database: str | None,
    login: str | None,
) -> None:
    """Start a case of the newest published version of PROCESS and print its number."""
    from engine import instances
    from ledger import transaction

    given = read_variables(variables)
    with opened(database) as store:
        with transaction.read(store, "system") as tx:
            actor = acting(tx, login)
        case_id = transaction.run(
            store,
            actor,
            lambda tx: instances.start(
                tx,
                process,
                variables=given,
                subject=subject,
                business_key=business_key,
                calendar=calendar,
            ),
        )
    click.echo(case_id)


def read_variables(text: str) -> dict[str, Any]:
    """Return the variables of a JSON object; tagged values such as {"$decimal": "12.30"} keep their type."""
    from engine.feel.json_form import from_json

    try:
        found = json.loads(text)
    except ValueError as fault:
        raise click.BadParameter(
            f"Expected a JSON object, but {fault}", param_hint="--variables"
        ) from fault
    if not isinstance(found, dict):
        raise click.BadParameter(
            'Expected a JSON object such as {"amount": 12}', param_hint="--variables"
        )
    return {name: from_json(value) for name, value in found.items()}
