"""`kontor bench`: what the program costs, beside a floor and peers in the same run."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import orjson


@click.command()
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option(
    "--durability",
    type=click.Choice(["full", "normal"]),
    default="normal",
    show_default=True,
    help="full waits for the disk at each commit; normal survives a killed process only.",
)
@click.option(
    "--write",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Put the rows into the table of this file, at the end; its other words stay.",
)
def command(*, names: tuple[str, ...], as_json: bool, durability: str, file: Path | None) -> None:
    """Measure CPU time, in turn with a floor and with peers; without NAMES, everything."""
    from benchmarks import running, table

    unknown = sorted(set(names) - set(running.NAMES))
    if unknown:
        raise click.UsageError(
            f"Expected one of {', '.join(running.NAMES)}, but got {', '.join(unknown)}"
        )
    results = []
    for result in running.run(names or running.NAMES, durability):
        if as_json:
            sys.stdout.write(orjson.dumps(result.as_json()).decode() + "\n")
        else:
            click.echo(running.words(result))
        sys.stdout.flush()
        results.append(result)
    if file is not None:
        table.write(file, results)
