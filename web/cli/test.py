"""`kontor test`: the tests that definitions bring along, told in throw-away stores."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("-q", "--quiet", is_flag=True, help="Say only what fails.")
def command(files: tuple[Path, ...], *, quiet: bool) -> None:
    """Run the tests inside process files; ends with 1 where one fails.

    Time starts on Monday, 2026-01-05 at 09:00 UTC. All files are deployed together, so that one may `run` another.
    """
    from engine.bpmn import problems
    from process_defs import check, reader
    from web.scenarios import stories

    found = []
    for file in files:
        faults = check.file(file)
        for problem in faults:
            click.echo(f"{file}:{problem}", err=True)
        if problems.has_error(faults):
            raise SystemExit(1)
        found.append(reader.read(file.read_text(encoding="utf-8-sig"), file.name))
    results = []
    for file, definition in zip(files, found, strict=True):
        names = stories.stood_in(definition)
        if names and not quiet:
            click.echo(
                f"{file}: warning: stand-ins take the place of {', '.join(names)}.", err=True
            )
        for result in stories.run(
            definition, [other for other in found if other is not definition]
        ):
            results.append(result)
            _say(file, result, quiet=quiet)
    failed = sum(not result.ok for result in results)
    if not quiet or failed:
        click.echo(f"{len(results) - failed} of {len(results)} tests hold.")
    raise SystemExit(1 if failed else 0)


def _say(file: Path, result: object, *, quiet: bool) -> None:
    from web.scenarios.stories import Result

    assert isinstance(result, Result)  # noqa: S101  # imported late, so that other commands start fast
    if result.ok and not quiet:
        click.echo(f"{file}: ok: {result.test.name}")
    for failure in result.failures:
        click.echo(f"{file}:{result.test.place.line}: failed: {result.test.name}: {failure}")
