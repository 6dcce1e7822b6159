"""`kontor deploy`: publish definitions, or say what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.database import acting, actor_option, database_option, opened

if TYPE_CHECKING:
    from engine.bpmn.problems import Problem


@click.command(name="deploy")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--draft", is_flag=True, help="Keep them as drafts; new cases do not start from them yet."
)
@database_option
@actor_option
def command(
    files: tuple[Path, ...], database: str | None, login: str | None, *, draft: bool
) -> None:
    """Publish definitions from .bpmn, .dmn and .yaml FILES, all of them or none.

    A file that says what the newest version says already makes no new version.
    Exit 1 where any file has an error; each problem is a line `file:line:column: …`.
    """
    from engine import definitions
    from ledger import transaction
    from web import company_directory, definition_files

    with opened(database) as store:
        with transaction.read(store, "system") as tx:
            actor = acting(tx, login)
            looked = [
                definition_files.look(file.name, file.read_bytes(), company_directory.of(tx))
                for file in files
            ]
        for one in looked:
            _say(one.name, one.problems)
        if not all(one.is_deployable for one in looked):
            raise SystemExit(1)
        sources = [definition_files.deployable(one) for one in looked]
        state = "draft" if draft else "published"
        try:
            made = transaction.run(
                store, actor, lambda tx: definitions.deploy(tx, sources, state=state)
            )
        except definitions.Refused as refused:
            for name, found in refused.problems.items():
                _say(name, found)
            raise SystemExit(1) from refused
    for decided in made.decisions:
        click.echo(f"{decided.key} version {decided.version} ({decided.state})")
    for deployed in made.definitions:
        click.echo(f"{deployed.key} version {deployed.version} ({deployed.state})")


def _say(name: str, problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(f"{name}:{problem}", err=True)
