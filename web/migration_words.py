"""What would become of running cases, in words: ways, reasons, deadlines, results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine import migration
from engine.definitions import Definition
from engine.migration import Finding, NewDue, Report, Summary
from engine.waiting.cases import cases
from web import formats, process_words, sentences, subjects, visit
from web.speech import gettext, ngettext

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Way:
    """Tokens that go the same way: from, to (empty: nowhere), and of how many cases."""

    source: str
    target: str
    cases: int
    is_renamed: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One case with what is said of it."""

    case_id: int
    subject: str | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a look ahead says."""

    total: int
    moving: int
    left_out: int
    ways: tuple[Way, ...]
    notes: tuple[tuple[str, int], ...]
    blocked: tuple[Told, ...]
    overdue: tuple[Told, ...]
    dues: tuple[str, ...]


def outlook(summary: Summary, source: Definition, target: Definition) -> Outlook:
    """Return a look ahead in words; of many cases the deadlines are counted, of one each is said."""
    reports = summary.reports
    subjects.gather(report.subject for report in reports[:MOST_SHOWN])
    blocked = [report for report in reports if not report.is_possible]
    one = reports[0] if len(reports) == 1 else None
    return Outlook(
        total=len(reports),
        moving=summary.moving,
        left_out=summary.left_out,
        ways=_ways(reports, source, target),
        notes=_notes(report for report in reports if report.is_possible),
        blocked=tuple(_told(report, _reasons(report.findings)) for report in blocked[:MOST_SHOWN]),
        overdue=tuple(
            _told(each, [_due(due, source, target) for due in each.dues if due.is_overdue])
            for each in summary.overdue[:MOST_SHOWN]
        ),
        dues=tuple(_due(due, source, target) for due in one.dues) if one else _moved(reports),
    )


def results(run_id: int, state: str | None = None) -> list[tuple[migration.Result, Told]]:
    """Return what became of the cases of a run."""
    found = migration.results(visit.tx(), run_id, state=state)
    question = select(cases.c.id, cases.c.subject).where(
        cases.c.id.in_([one.case_id for one in found])
    )
    about = {row.id: row.subject for row in visit.tx().execute(question)}
    subjects.gather(about.values())
    return [
        (one, Told(one.case_id, about.get(one.case_id), tuple(_reasons(one.findings))))
        for one in found
    ]


def policy_word(policy: str) -> str:
    """Return what becomes of deadlines, in words."""
    return {
        "keep": gettext("Deadlines stay as they are"),
        "recompute": gettext("Deadlines are reckoned anew from the start of the stage"),
        "restart": gettext("Deadlines begin again when the case moves"),
        "grace": gettext("Deadlines leave at least some time"),
    }[policy]


def _ways(reports: Iterable[Report], source: Definition, target: Definition) -> tuple[Way, ...]:
    counted = Counter((move.element, move.to) for report in reports for move in report.moves)
    return tuple(
        Way(
            process_words.element_title(source.id, element),
            process_words.element_title(target.id, to) if to else "",
            count,
            to is not None and to != element,
        )
        for (element, to), count in counted.most_common()
    )


def _notes(reports: Iterable[Report]) -> tuple[tuple[str, int], ...]:
    """Return what should be known, each with the number of cases."""
    counted = Counter(
        sentences.readable(finding.sentence)
        for report in reports
        for finding in report.findings
        if not finding.blocks
    )
    return tuple(counted.most_common())


def _reasons(findings: Iterable[Finding]) -> list[str]:
    return [sentences.readable(each.sentence) for each in findings if each.blocks]


def _told(report: Report, words: Iterable[str]) -> Told:
    return Told(report.case_id, report.subject, tuple(words))


def _moved(reports: Iterable[Report]) -> tuple[str, ...]:
    """Say how many deadlines become other ones, and how many stay."""
    counted = Counter(_way(due) for one in reports if one.is_possible for due in one.dues)
    words = {
        "later": ngettext(
            "%(num)s deadline moves to a later time",
            "%(num)s deadlines move to a later time",
            counted["later"],
        ),
        "earlier": ngettext(
            "%(num)s deadline moves to an earlier time",
            "%(num)s deadlines move to an earlier time",
            counted["earlier"],
        ),
        "begins": ngettext("%(num)s deadline begins", "%(num)s deadlines begin", counted["begins"]),
        "ends": ngettext(
            "%(num)s deadline falls away", "%(num)s deadlines fall away", counted["ends"]
        ),
        "stays": ngettext(
            "%(num)s deadline stays as it is",
            "%(num)s deadlines stay as they are",
            counted["stays"],
        ),
    }
    return tuple(words[way] for way in words if counted[way])


def _way(due: NewDue) -> str:
    if due.before is None or due.after is None:
        return "ends" if due.after is None else "begins"
    if due.before == due.after:
        return "stays"
    return "later" if due.after > due.before else "earlier"


def _due(due: NewDue, source: Definition, target: Definition) -> str:
    """Say what becomes of one deadline."""
    known = process_words.element_title(source.id, due.element)
    title = process_words.element_title(target.id, due.element, known)
    values: dict[str, Any] = {"stage": title or gettext("The whole case")}
    if due.before is None and due.after is not None:
        return gettext("“%(stage)s” gets a deadline: %(when)s", **values, when=_when(due.after))
    if due.after is None:
        return gettext("“%(stage)s” has no deadline any more", **values)
    if due.before == due.after:
        return gettext("“%(stage)s” stays due %(when)s", **values, when=_when(due.after))
    return gettext(
        "“%(stage)s” is due %(after)s instead of %(before)s",
        **values,
        after=_when(due.after),
        before=_when(due.before),
    )


def _when(instant: Any) -> str:
    return formats.moment(instant)
