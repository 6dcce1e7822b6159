"""Do schedules say when and for whom: cron lines, missed runs, clients by segment and by filters?"""

from __future__ import annotations

from datetime import UTC, datetime

from cronsim import CronSim, CronSimError

from ledger.rejection import Rejection
from ledger.words import say
from process_defs.check.directory import Directory
from process_defs.check.findings import Findings
from process_defs.language import CLIENT_FILTERS, OWN_FILTER, Assignment, Trigger


def check(findings: Findings) -> None:
    """Add schedules that are none, and clients and missed runs that cannot be meant."""
    for trigger in findings.definition.start.triggers:
        _made_up_for(findings, trigger)
        _filters(findings, trigger)
        if trigger.kind != "every":
            continue
        try:
            CronSim(trigger.said.text, datetime(2026, 1, 1, tzinfo=UTC))
        except CronSimError:
            message = say(
                "'%(text)s' is no schedule. Write minute, hour, day, month, weekday: '0 9 1 * *'.",
                text=trigger.said.text,
            )
            findings.error(trigger.said.place, "schedule", message)


def ask(findings: Findings, directory: Directory) -> None:
    """Add segments that there are not or that are retired, values no filter takes, and choices that fit nobody now.

    They are errors: for a group that is missing somebody steps in, here nothing would ever begin.
    """
    for trigger in findings.definition.start.triggers:
        rows = trigger.clients
        if trigger.kind != "every" or rows is None:
            continue
        try:
            count = directory.clients({row.target.text: row.value.text for row in rows})
        except Rejection as refused:
            wrong = _row(rows, refused.field)
            place = wrong.value.place if wrong else trigger.place
            rule = "unknown-segment" if wrong and wrong.target.text == "segment" else "clients"
            findings.error(place, rule, refused.sentence)
            continue
        if not count:
            message = say("No client fits just now: nobody would get a case.")
            findings.warning(rows[0].value.place if rows else trigger.place, "no-clients", message)


def _row(rows: tuple[Assignment, ...], name: str | None) -> Assignment | None:
    """Return the row of a filter by its name; a filter that is not in the file stands in the segment."""
    known = {row.target.text: row for row in rows}
    return known.get(name or "") or known.get("segment")


def _made_up_for(findings: Findings, trigger: Trigger) -> None:
    given, place = trigger.clients, trigger.place
    if trigger.kind != "every" and (given is not None or trigger.missed):
        message = say("'for each client' and 'missed' belong to a schedule: 'every'.")
        findings.error(place, "schedule", message)
    if trigger.missed and trigger.missed.text not in ("once", "all"):
        message = say("'missed' is once or all, not '%(text)s'.", text=trigger.missed.text)
        findings.error(trigger.missed.place, "schedule", message)
    if given is not None and findings.definition.subject != "client":
        message = say("'for each client' starts cases about clients: write 'subject: client'.")
        findings.error(place, "schedule", message)


def _filters(findings: Findings, trigger: Trigger) -> None:
    for row in trigger.clients or ():
        name = row.target.text
        if name not in CLIENT_FILTERS and not name.startswith(OWN_FILTER):
            message = say(
                "Clients are chosen by %(known)s, not by '%(name)s'.",
                known=", ".join((*CLIENT_FILTERS, f"{OWN_FILTER}…")),
                name=name,
            )
            findings.error(row.target.place, "schedule", message)
