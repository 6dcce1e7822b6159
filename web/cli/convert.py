"""`kontor convert`: a process file as BPMN, and back."""

from __future__ import annotations

from pathlib import Path

import click

YAML = frozenset({".yaml", ".yml"})
BPMN = frozenset({".bpmn", ".xml"})


@click.command()
@click.argument(
    "source", metavar="IN", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.argument("target", metavar="OUT", type=click.Path(dir_okay=False, path_type=Path))
def command(source: Path, target: Path) -> None:
    """Write the process file IN as BPMN 2.0 with a diagram to OUT, by the endings of the names.

    From BPMN to a process file works where the BPMN was made from one: the text comes back with what was changed.
    """
    endings = source.suffix.lower(), target.suffix.lower()
    if endings[0] in YAML and endings[1] in BPMN:
        target.write_bytes(_compiled(source))
    elif endings[0] in BPMN and endings[1] in YAML:
        target.write_text(_original(source), encoding="utf-8", newline="")
    else:
        raise click.UsageError(
            "Expected a process file (.yaml) and a BPMN file (.bpmn), in either order."
        )


def _compiled(source: Path) -> bytes:
    from engine.bpmn import problems
    from process_defs import check, reader, to_bpmn

    found = check.file(source)
    for problem in found:
        click.echo(f"{source}:{problem}", err=True)
    if problems.has_error(found):
        raise SystemExit(1)
    return to_bpmn.compile(reader.read(source.read_bytes().decode("utf-8-sig"), source.name))


def _original(source: Path) -> str:
    from process_defs import from_bpmn

    try:
        return from_bpmn.text(source.read_bytes())
    except from_bpmn.NotOurs as refused:
        raise click.ClickException(str(refused)) from refused
