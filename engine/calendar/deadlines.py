"""The forms a deadline is written in: working time, business days, calendar days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from ledger.words import Sentence, say

ISO_TIME = re.compile(r"PT(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?")
ISO_DAYS = re.compile(r"P(?:(\d{1,6})D|(\d{1,5})W)")
ISO_MIXED = re.compile(r"P\d+[DW].*T.*|P\d+W\d+D.*")
ISO_LONG = re.compile(r"P\d+[YM].*")
WORDS = re.compile(
    r"(\d{1,9}) +(working|business|calendar) +(hour|minute|day|week)s?", re.IGNORECASE
)
PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))? *%")
FORMS = say(
    "Write PT4H or '4 working hours' for working time, '2 business days' for the same time of day "
    "two working days later, or P2D for calendar days."
)


class DeadlineError(ValueError):
    """The text is no deadline; the message says why and what to write."""


class Deadline:
    """A promise of time, in one of three measures; ``str()`` gives the form it is stored in."""

    __slots__ = ()

    @staticmethod
    def parse(text: str) -> Deadline:
        """Read a deadline as it stands in a process file, a table or a model.

        Raises DeadlineError, in words, for anything else.
        """
        return _parse(text.strip())


@dataclass(frozen=True, slots=True)
class WorkingTime(Deadline):
    """An amount of the calendar's working time."""

    amount: timedelta

    def __str__(self) -> str:
        return iso(self.amount)


@dataclass(frozen=True, slots=True)
class BusinessDays(Deadline):
    """The same local time of day, that many working days later."""

    count: int

    def __str__(self) -> str:
        return f"{self.count} business day" + ("" if self.count == 1 else "s")


@dataclass(frozen=True, slots=True)
class CalendarDays(Deadline):
    """The same local time of day, that many dates later, worked or not."""

    count: int

    def __str__(self) -> str:
        return f"P{self.count}D"


@lru_cache(maxsize=1024)
def _parse(written: str) -> Deadline:
    if (match := ISO_TIME.fullmatch(written)) and written != "PT":
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return WorkingTime(timedelta(hours=hours, minutes=minutes, seconds=seconds))
    if match := ISO_DAYS.fullmatch(written):
        days, weeks = match.groups()
        return CalendarDays(int(days) if days else 7 * int(weeks))
    if match := WORDS.fullmatch(written):
        return _from_words(int(match[1]), match[2].lower(), match[3].lower(), written)
    raise DeadlineError(_why_not(written))


def _from_words(count: int, measure: str, unit: str, written: str) -> Deadline:
    if measure == "working" and unit in ("hour", "minute"):
        return WorkingTime(count * timedelta(**{f"{unit}s": 1}))
    if measure in ("business", "working") and unit == "day":
        return BusinessDays(count)
    if measure == "calendar" and unit in ("day", "week"):
        return CalendarDays(count * (7 if unit == "week" else 1))
    raise DeadlineError(_is_none(written))


def _is_none(written: str) -> Sentence:
    return say("'%(written)s' is no deadline. %(forms)s", written=written, forms=FORMS)


def _why_not(written: str) -> Sentence:
    if written.startswith("-"):
        return say("A deadline lies ahead, so '%(written)s' cannot be negative.", written=written)
    if ISO_MIXED.fullmatch(written):
        return say(
            "'%(written)s' mixes calendar days with working time. %(forms)s",
            written=written,
            forms=FORMS,
        )
    if ISO_LONG.fullmatch(written):
        return say(
            "'%(written)s' counts months or years, whose length varies; write days or weeks.",
            written=written,
        )
    return _is_none(written)


def share(text: str) -> int:
    """Read ``75%`` as hundredths of a per cent (7500); above 0, at most 100 per cent."""
    match = PERCENT.fullmatch(text.strip())
    basis_points = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else 0
    if not 0 < basis_points <= WHOLE:
        raise DeadlineError(
            say("Expected a share such as 75%% (above 0, at most 100), not '%(text)s'.", text=text)
        )
    return basis_points


WHOLE = 10_000


def iso(amount: timedelta) -> str:
    """Return an amount of time as ISO 8601 in hours, minutes and seconds, never in days."""
    minutes, seconds = divmod(amount // timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "H"), (minutes, "M"), (seconds, "S"))
    return "PT" + ("".join(f"{count}{unit}" for count, unit in parts if count) or "0S")
