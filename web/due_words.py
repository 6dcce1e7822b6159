"""Deadlines in words: what was promised, and what happens if nobody acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from engine import calendar, definitions
from engine.calendar import (
    BusinessDays,
    CalendarDays,
    Deadline,
    DeadlineError,
    Due,
    WorkingTime,
)
from ledger.rejection import Rejection
from scheduler import preview
from scheduler.preview import Ahead
from web import formats, languages, record_words, shown, visit
from web.speech import gettext, listed, ngettext


@dataclass(frozen=True, slots=True)
class Level:
    """A level still to come: when, and in a few sentences what it does."""

    at: datetime
    words: str


def promise(written: str) -> str:
    """Return a stored deadline in the reader's words; an instant becomes its day and time."""
    if written[:1].isdigit() and "T" in written:
        return formats.moment(datetime.fromisoformat(written))
    try:
        return _promise(Deadline.parse(written))
    except DeadlineError:
        return written


def _promise(deadline: Deadline) -> str:
    if isinstance(deadline, WorkingTime):
        return gettext("%(span)s of working time", span=formats.working(deadline.amount))
    if isinstance(deadline, BusinessDays):
        return ngettext("%(num)s working day", "%(num)s working days", deadline.count)
    if isinstance(deadline, CalendarDays):
        return ngettext("%(num)s day", "%(num)s days", deadline.count)
    return str(deadline)


def reckoned(written: str, due: Due) -> str:
    """Return in a sentence or two how a stored deadline is reckoned from its start; empty for an instant."""
    try:
        deadline = Deadline.parse(written)
    except DeadlineError:
        return ""
    began = gettext("It began %(since)s.", since=formats.moment(due.start))
    if isinstance(deadline, CalendarDays):
        return _put_off(_further(began, _days_later(deadline.count)), due)
    opening = calendar.next_opening(due.calendar, due.start)
    if opening > due.start:
        words = gettext(
            "That is outside working hours: it counts from %(since)s.",
            since=formats.moment(opening),
        )
        began = _further(began, words)
    if isinstance(deadline, BusinessDays):
        return _put_off(_further(began, _working_days_later(deadline.count)), due)
    counts = gettext("Only working time counts, drawn in green, until it is used up.")
    return _further(began, counts)


def _further(first: str, second: str) -> str:
    # two whole sentences, one behind the other
    return gettext("%(first)s %(second)s", first=first, second=second)


def _put_off(words: str, due: Due) -> str:
    return _further(words, gettext("What was paused comes on top.")) if due.pauses else words


def _days_later(count: int) -> str:
    return ngettext(
        "It is due %(num)s day later at the same time of day; weekends count.",
        "It is due %(num)s days later at the same time of day; weekends count.",
        count,
    )


def _working_days_later(count: int) -> str:
    return ngettext(
        "It is due %(num)s working day later at the same time of day; other days do not count.",
        "It is due %(num)s working days later at the same time of day; other days do not count.",
        count,
    )


def ahead(clock_id: int) -> list[Level]:
    """Return what happens if nobody acts, with the names of those whom it reaches."""
    try:
        levels = preview.if_nobody_acts(visit.tx(), clock_id)
    except Rejection:
        return []
    people = [person for one in levels for person in (*one.told, one.taker) if person]
    shown.gather(person for person in people if person.startswith("staff:"))
    return [Level(one.at, _sentence(one, is_first=one is levels[0])) for one in levels]


def _sentence(one: Ahead, *, is_first: bool) -> str:
    done = [
        _taken(one),
        _told(one, is_first=is_first),
        _priority(one),
        _set(one),
        _started(one),
        _called(one),
        _event(one),
    ]
    said = [words for words in done if words]
    return reduce(_then, said) if said else gettext("nobody is there to be told")


def _then(first: str, second: str) -> str:
    return gettext("%(first)s, %(second)s", first=first, second=second)


def _told(one: Ahead, *, is_first: bool) -> str:
    if one.newly and not is_first:
        return gettext("%(who)s too", who=_names(one.newly))
    if one.told:
        return ngettext("%(who)s is told", "%(who)s are told", len(one.told), who=_names(one.told))
    return ""


def _taken(one: Ahead) -> str:
    return gettext("%(who)s takes over", who=shown.who(one.taker)) if one.taker else ""


def _priority(one: Ahead) -> str:
    words = {
        "high": gettext("priority becomes high"),
        "normal": gettext("priority becomes normal"),
        "low": gettext("priority becomes low"),
    }
    return words.get(one.level.priority or "", "")


def _set(one: Ahead) -> str:
    changes = (
        gettext(
            "%(field)s becomes “%(value)s”",
            field=record_words.field_word(path.rpartition(".")[2]),
            value=value,
        )
        for path, value in one.level.sets
    )
    return listed(changes)


def _started(one: Ahead) -> str:
    if not one.level.start:
        return ""
    found = definitions.latest(visit.tx(), one.level.start)
    title = languages.titled(found.titles, found.title or found.key)
    return gettext("“%(process)s” starts", process=title)


def _called(one: Ahead) -> str:
    return gettext("other programs are told") if "webhook" in one.level.how else ""


def _event(one: Ahead) -> str:
    return gettext("the process takes its way for overdue work") if one.is_event else ""


def _names(people: tuple[str, ...]) -> str:
    return listed(shown.who(person) for person in people)
