"""`kontor complete`: complete a task."""

from __future__ import annotations

import click

from web.cli.database import acting, actor_option, database_option, opened


@click.command(name="complete")
@click.argument("task", type=int)
@click.option("--outcome", help="The outcome chosen, where the stage has several.")
@click.option(
    "--variables", default="{}", metavar="JSON", help="The form's values as a JSON object."
)
@database_option
@actor_option
def command(
    task: int, outcome: str | None, variables: str, database: str | None, login: str | None
) -> None:
    """Complete the open task with the number TASK (see `kontor tasks`)."""
    from engine import user_tasks
    from ledger import transaction
    from web.cli.start import read_variables

    given = read_variables(variables)
    with opened(database) as store:
        with transaction.read(store, "system") as tx:
            actor = acting(tx, login)
        transaction.run(
            store, actor, lambda tx: user_tasks.complete(tx, task, given, outcome=outcome)
        )
    click.echo(f"Task {task} is done.")
