"""`kontor recompute`: running deadlines follow the newest version of a calendar, after a look at what moves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from web.cli.database import database_option, opened

if TYPE_CHECKING:
    from ledger.store import Store


@click.command(name="recompute")
@click.argument("calendar")
@click.option("--do", "is_done", is_flag=True, help="Do it; otherwise only say what would move.")
@database_option
def command(calendar: str, database: str | None, *, is_done: bool) -> None:
    """Reckon the running deadlines of CALENDAR, such as office-berlin, again by its newest version.

    A deadline keeps the version it began with unless this is asked for. What
    ended stays as it was; a due date that was set by hand stays too.
    """
    from engine import calendars
    from engine.clocks import recomputing
    from ledger import rejection, transaction

    with opened(database) as store:
        with transaction.read(store, "system") as tx:
            found = calendars.latest(tx, calendar)
            if found is None:
                raise rejection.not_found("the calendar %(calendar)s", calendar=calendar)
            report = recomputing.report(tx, found[0])
        click.echo(
            f"{report.clocks} deadlines follow an older version of {calendar}; "
            f"{report.moving} would move, {report.overdue} of them would be overdue at once."
        )
        for one in report.moves:
            click.echo(
                f"  case {one.case_id} {one.element or 'whole case'}: "
                f"{one.before:%Y-%m-%d %H:%M} → {one.after:%Y-%m-%d %H:%M} UTC"
            )
        if is_done:
            click.echo(f"{_all(store, found[0])} deadlines were reckoned again.")


def _all(store: Store, calendar_id: int) -> int:
    from engine.clocks import recomputing
    from ledger import transaction

    done, after = 0, 0
    while True:
        step = partial(recomputing.recompute, calendar_id=calendar_id, after=after)
        size, last = transaction.run(store, "system", step)
        done += size
        if last is None:
            return done
        after = last
