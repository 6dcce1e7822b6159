"""`kontor migrate`: move running cases to another version of their process."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from web.cli.database import acting, actor_option, database_option, opened

if TYPE_CHECKING:
    from engine.definitions import Definition
    from engine.migration import Report, Terms
    from ledger.store import Store
    from ledger.transaction import Transaction

Given = Mapping[str, Any]


@click.command(name="migrate")
@click.argument("key", required=False)
@click.option("--to", "version", type=int, help="The version to move to; otherwise the newest.")
@click.option("--case", "chosen", type=int, multiple=True, help="Only this case; may be repeated.")
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="OLD=NEW",
    help="What stands for an element that is gone.",
)
@click.option("--suggested", is_flag=True, help="Take what seems renamed as renamed.")
@click.option(
    "--clocks",
    "policy",
    default="keep",
    show_default=True,
    help="What becomes of deadlines: keep, recompute, restart or grace.",
)
@click.option("--grace", metavar="TIME", help="How much time is left at least, such as PT4H.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--resume", type=int, metavar="RUN", help="Go on with a move that was cut off.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@database_option
@actor_option
def command(database: str | None, login: str | None, *, as_json: bool, **given: Any) -> None:
    """Move the running cases of the process KEY to another version, each wholly or not at all.

    Ends with 1 where a case stays as it was.
    """
    from ledger import transaction

    if (given["key"] is None) == (given["resume"] is None):
        raise click.UsageError("Expected the KEY of a process, or --resume RUN.")
    given["mapping"] = _mapping(given["pairs"])
    with opened(database) as store:
        with transaction.read(store, "system") as tx:
            actor = acting(tx, login)
        if given["dry_run"] and given["resume"] is None:
            lines: Iterable[dict[str, Any]] = _dry(store, actor, given)
        else:
            lines = _carried(store, actor, given["resume"] or _begun(store, actor, given))
        stays = False
        for line in lines:
            stays = stays or line.get("state") == "failed" or line.get("possible") is False
            click.echo(json.dumps(line) if as_json else _words(line))
    if stays:
        raise SystemExit(1)


def _terms(given: Given) -> Terms:
    from engine.migration import Terms

    return Terms.parse(given["policy"], given["grace"])


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        old, mark, new = pair.partition("=")
        if not mark or not old or not new:
            raise click.BadParameter(f"Expected OLD=NEW, but got {pair!r}", param_hint="--map")
        found[old.strip()] = new.strip()
    return found


def _asked(tx: Transaction, given: Given) -> tuple[Definition, list[int], dict[str, str]]:
    """Return the version to move to, the cases, and the mapping with what is suggested."""
    from engine import definitions, migration
    from engine.waiting import cases
    from ledger import rejection

    key, version, mapping = given["key"], given["version"], given["mapping"]
    target = (
        definitions.latest(tx, key)
        if version is None
        else definitions.bound(tx, key, str(version), 0)
    )
    numbers = list(given["chosen"]) or migration.candidates(tx, target.id)
    rows = [cases.row(tx, number) for number in numbers]
    processes = [
        definitions.process(tx, number)
        for number in sorted({row.definition_id for row in rows if row is not None})
    ]
    if unknown := migration.unknown(mapping, processes):
        raise rejection.invalid(
            "Expected elements of the version that the cases run by, but got %(unknown)s",
            unknown=unknown,
            field="mapping",
        )
    if given["suggested"]:
        for process in processes:
            new = definitions.process(tx, target.id)
            mapping = {**migration.suggestions(process, new, mapping), **mapping}
    return target, numbers, mapping


def _dry(store: Store, actor: str, given: Given) -> list[dict[str, Any]]:
    from engine import definitions, migration
    from ledger import transaction

    with transaction.read(store, actor) as tx:
        target, numbers, mapping = _asked(tx, given)
        summary = migration.look_at_all(tx, numbers, target.id, mapping, _terms(given))
        new = definitions.process(tx, target.id)
        seems: dict[str, str] = {}
        for report in summary.reports:
            gone = [move.element for move in report.moves if move.to is None]
            if gone:
                row = definitions.bound(tx, target.key, str(report.version), 0)
                found = migration.suggestions(definitions.process(tx, row.id), new, mapping)
                seems |= {old: found[old] for old in gone if old in found}
    lines = [_report(report) for report in summary.reports]
    total = {
        "moves": summary.moving,
        "cannot": summary.blocked,
        "overdue_at_once": len(summary.overdue),
        "left_out": summary.left_out,
    }
    return [*lines, {**total, "suggested": seems} if seems else total]


def _report(report: Report) -> dict[str, Any]:
    return {
        "case": report.case_id,
        "from": report.version,
        "possible": report.is_possible,
        "moves": [[move.element, move.to] for move in report.moves],
        "found": [str(finding.sentence) for finding in report.findings],
        "overdue_at_once": report.is_overdue_at_once,
        "deadlines": [
            [due.kind, due.element, *(at and at.isoformat() for at in (due.before, due.after))]
            for due in report.dues
        ],
    }


def _begun(store: Store, actor: str, given: Given) -> int:
    """Write down the move, and return its number; from then on it may be cut off."""
    from engine import migration
    from ledger import transaction

    def begin(tx: Transaction) -> int:
        target, numbers, mapping = _asked(tx, given)
        return migration.start(tx, numbers, target.id, mapping, _terms(given))

    number: int = transaction.run(store, actor, begin)
    return number


def _carried(store: Store, actor: str, run_id: int) -> Iterator[dict[str, Any]]:
    """Move the cases batch by batch; yield what became of each, then the counts."""
    from engine import migration
    from ledger import transaction

    click.echo(f"Move {run_id}; if it is cut off: kontor migrate --resume {run_id}", err=True)
    run = migration.next_batch(store, actor, run_id)
    while not run.is_over:
        click.echo(f"{run.total - run.waiting} of {run.total}", err=True)
        run = migration.next_batch(store, actor, run_id)
    with transaction.read(store, actor) as tx:
        for one in migration.results(tx, run_id, most=run.total):
            found = [str(finding.sentence) for finding in one.findings]
            yield {"case": one.case_id, "state": one.state, "found": found}
    yield {"run": run.id, "moved": run.moved, "stayed": run.failed, "left": run.left}


def _words(line: dict[str, Any]) -> str:
    """Return a line for people."""
    found = "; ".join(line.get("found", ()))
    if "state" in line:
        return f"case {line['case']}: {line['state']}" + (f" ({found})" if found else "")
    if "case" in line:
        ways = ", ".join(f"{old} -> {new or '?'}" for old, new in line["moves"])
        said = "moves" if line["possible"] else "stays"
        late = ", would be overdue at once" if line["overdue_at_once"] else ""
        return f"case {line['case']}: {said}: {ways}{late}" + (f" ({found})" if found else "")
    if "run" in line:
        return f"{line['moved']} moved, {line['stayed']} stay as they were"
    seems = "".join(
        f"\n{old} seems to be {new} now: --map {old}={new}, or --suggested"
        for old, new in line.get("suggested", {}).items()
    )
    more = f", {line['left_out']} not looked at" if line["left_out"] else ""
    counts = f"{line['moves']} cases move, {line['cannot']} cannot"
    return f"{counts}, {line['overdue_at_once']} would be overdue at once{more}{seems}"
