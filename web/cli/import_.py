"""`kontor import`: clients or contacts from .xlsx or .csv, seen before they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from web.cli.database import acting, actor_option, database_option, opened

if TYPE_CHECKING:
    from crm_entities.imports.checking import Preview, Report
    from ledger.store import Store

EXAMPLE = """\b
Examples:
  kontor import clients.xlsx --dry-run
  kontor import clients.csv --map "Firma=name" --map "Tel.=phone" --as ingrid
  kontor import --undo 7
"""


@click.command(name="import", epilog=EXAMPLE)
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--entity", type=click.Choice(["client", "contact"]), default="client", help="What each row is."
)
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="TITLE=FIELD",
    help="Where a column goes; empty: nowhere.",
)
@click.option(
    "--sheet", metavar="NAME", help="The sheet of an .xlsx; otherwise the first with rows."
)
@click.option(
    "--delimiter",
    metavar="SIGN",
    help="What stands between the cells of a .csv; otherwise found out.",
)
@click.option(
    "--encoding", metavar="NAME", help="The encoding of a .csv, as cp1252; otherwise found out."
)
@click.option(
    "--header", type=int, metavar="ROW", help="The row of the titles; otherwise found out."
)
@click.option(
    "--dates",
    type=click.Choice(["dmy", "mdy"]),
    help="The order of dates that could be read in two ways.",
)
@click.option(
    "--duplicates", type=click.Choice(["skip", "write"]), default="skip", help="Rows known already."
)
@click.option(
    "--rejected",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where rejected rows go, as .xlsx.",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
@click.option(
    "--undo",
    type=int,
    metavar="NUMBER",
    help="Take back an import, but for what was changed since.",
)
@click.option("--resume", is_flag=True, help="Carry on imports that were cut off.")
@database_option
@actor_option
def command(**given: Any) -> None:
    """Bring in the clients or contacts of FILE.

    The columns are mapped by their titles, as they were the last time or as
    `--map` says. Nothing is seen of an import until all of it is written; one
    that was cut off goes on with `--resume`.
    """
    from ledger import transaction

    wishes = Wishes(**given)
    if sum((wishes.file is not None, wishes.undo is not None, wishes.resume)) != 1:
        raise click.UsageError("Expected a FILE, --undo NUMBER or --resume")
    with opened(wishes.database) as store:
        with transaction.read(store, "system") as tx:
            actor = acting(tx, wishes.login)
        if wishes.resume:
            _resume(store)
        elif wishes.undo is not None:
            _undo(store, actor, wishes.undo)
        elif wishes.file is not None:
            _bring_in(store, actor, wishes, wishes.file)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was said on the command line."""

    file: Path | None
    entity: str
    mapped: Sequence[str]
    sheet: str | None
    delimiter: str | None
    encoding: str | None
    header: int | None
    dates: str | None
    duplicates: str
    rejected: Path | None
    dry_run: bool
    undo: int | None
    resume: bool
    database: str | None
    login: str | None


def _bring_in(store: Store, actor: str, wishes: Wishes, file: Path) -> None:
    number = _prepared(store, actor, wishes, file)
    mapping: Mapping[int, str] | None = None
    try:
        seen = _mapped(store, actor, wishes, number)
        if _dry_run(store, actor, number, seen, wishes) and not wishes.dry_run:
            mapping = seen
    finally:
        if mapping is None:
            _drop(store, actor, number)
    if mapping is not None:
        _write(store, actor, number, mapping, wishes)
        _save_rejected(store, actor, number, wishes.rejected)


def _prepared(store: Store, actor: str, wishes: Wishes, file: Path) -> int:
    from crm_entities.imports import runs
    from crm_entities.imports.reading import Format
    from ledger import transaction

    content = file.read_bytes()
    sign = wishes.delimiter.replace("\\t", "\t") if wishes.delimiter else None
    wanted = Format(wishes.sheet, sign, wishes.encoding, wishes.header)
    return transaction.run(
        store,
        actor,
        lambda tx: runs.prepare(tx, wishes.entity, file.name, content, wanted=wanted).id,
    )


def _mapped(store: Store, actor: str, wishes: Wishes, number: int) -> Mapping[int, str]:
    """Return where the columns go: as suggested, and as wished; both are shown."""
    from crm_entities.imports import checking
    from ledger import transaction

    with transaction.read(store, actor) as tx:
        preview = checking.preview(tx, number)
    mapping = {**preview.mapping, **_wished(preview, wishes.mapped)}
    _show(preview, mapping)
    return mapping


def _wished(preview: Preview, mapped: Sequence[str]) -> dict[int, str]:
    by_title = {column.title: column.index for column in preview.columns}
    wished: dict[int, str] = {}
    for text in mapped:
        title, sign, target = text.rpartition("=")
        if not sign or title not in by_title:
            titles = ", ".join(by_title)
            raise click.BadParameter(
                f"Expected TITLE=FIELD with a title out of {titles}", param_hint="--map"
            )
        wished[by_title[title]] = target
    return wished


def _show(preview: Preview, mapping: Mapping[int, str]) -> None:
    form = preview.sheet.format
    told = [
        form.sheet and f"sheet {form.sheet}",
        form.encoding,
        form.delimiter and f"between {form.delimiter!r}",
    ]
    click.echo(f"{len(preview.sheet.rows)} rows, {', '.join(word for word in told if word)}")
    for column in preview.columns:
        target = mapping.get(column.index) or "-"
        click.echo(f"  {column.title} -> {target}  ({column.kind}: {', '.join(column.samples)})")
    click.echo(f"Fields: {', '.join(preview.targets)}")


def _dry_run(
    store: Store,
    actor: str,
    number: int,
    mapping: Mapping[int, str],
    wishes: Wishes,
) -> bool:
    from crm_entities.imports import checking
    from ledger import transaction

    with transaction.read(store, actor) as tx:
        report: Report = checking.dry_run(
            tx, number, mapping, duplicates=wishes.duplicates, order=wishes.dates
        )
    for warning in report.warnings:
        click.echo(f"warning: {warning}")
    for row in report.rows:
        words = row.reason or "; ".join(row.warnings)
        click.echo(f"row {row.number}: {'rejected' if row.reason else 'look at it'}: {words}")
    click.echo(
        f"{report.good} of {report.total} rows are good, {report.rejected} rejected, {report.doubtful} to look at"
    )
    return report.good > 0


def _write(
    store: Store,
    actor: str,
    number: int,
    mapping: Mapping[int, str],
    wishes: Wishes,
) -> None:
    from crm_entities.imports import runs
    from ledger import transaction
    from scheduler import imports

    transaction.run(
        store,
        actor,
        lambda tx: runs.begin(
            tx, number, mapping, duplicates=wishes.duplicates, order=wishes.dates
        ),
    )
    with click.progressbar(length=1000, label=f"Import {number}") as bar:
        imports.carry_on(
            store,
            actor,
            number,
            lambda progress: bar.update(progress.done * 1000 // progress.total - bar.pos),
        )
    with transaction.read(store, actor) as tx:
        run = runs.get(tx, number)
        click.echo(
            f"Import {number}: {run.written} written, {run.rejected} rejected; take back: --undo {number}"
        )


def _save_rejected(store: Store, actor: str, number: int, file: Path | None) -> None:
    from crm_entities.imports import rejected
    from ledger import transaction

    if file is not None:
        with transaction.read(store, actor) as tx:
            file.write_bytes(rejected.as_xlsx(tx, number))
        click.echo(f"Rejected rows: {file}")


def _drop(store: Store, actor: str, number: int) -> None:
    from crm_entities.imports import runs
    from ledger import transaction

    transaction.run(store, actor, lambda tx: runs.drop(tx, number))
    click.echo("Nothing was written.")


def _undo(store: Store, actor: str, number: int) -> None:
    from crm_entities.imports import runs
    from ledger import transaction
    from scheduler import imports

    transaction.run(store, actor, lambda tx: runs.take_back(tx, number))
    imports.carry_on(store, actor, number)
    with transaction.read(store, actor) as tx:
        for remark in runs.remarks(tx, number):
            if remark.subject is not None:
                click.echo(f"{remark.subject} stays: {remark.reason}")
        click.echo(f"Import {number} is taken back; {runs.get(tx, number).kept} records stay.")


def _resume(store: Store) -> None:
    from scheduler import imports

    click.echo(f"{imports.resume_all(store)} imports carried on.")
