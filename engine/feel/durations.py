"""The two durations of FEEL (DMN 1.5, 10.3.2.3.7-8): exact, compared and written by value."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import total_ordering
from typing import Final

SECOND: Final = 1_000_000_000
DAY: Final = 86_400 * SECOND
_DAYS_TIME = re.compile(
    r"(-)?P(?:(\d{1,18})D)?(?:T(?=\d)(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18})(?:\.(\d{0,40}))?S)?)?",
    re.ASCII,
)
_YEARS_MONTHS = re.compile(r"(-)?P(?:(\d{1,18})Y)?(?:(\d{1,18})M)?", re.ASCII)


@total_ordering
class DaysTimeDuration:
    """A length of time in nanoseconds."""

    __slots__ = ("nanoseconds",)

    def __init__(self, nanoseconds: int) -> None:
        self.nanoseconds = nanoseconds

    @classmethod
    def of(cls, span: timedelta) -> DaysTimeDuration:
        """The same length as a timedelta."""
        return cls(((span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds) * 1000)

    @property
    def timedelta(self) -> timedelta:
        """The same length to the microsecond; OverflowError beyond 2.7 million years."""
        return timedelta(microseconds=self.nanoseconds // 1000)

    def __eq__(self, other: object) -> bool:
        return type(other) is DaysTimeDuration and self.nanoseconds == other.nanoseconds

    def __lt__(self, other: object) -> bool:
        return (
            self.nanoseconds < other.nanoseconds
            if type(other) is DaysTimeDuration
            else NotImplemented
        )

    def __hash__(self) -> int:
        return hash(("days", self.nanoseconds))

    def __repr__(self) -> str:
        return f"DaysTimeDuration({str(self)!r})"

    def __str__(self) -> str:
        rest, fraction = divmod(abs(self.nanoseconds), SECOND)
        minutes, seconds = divmod(rest, 60)
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        second = f"{seconds}.{fraction:09d}".rstrip("0") if fraction else str(seconds or "")
        day = f"{days}D" if days else ""
        time = "".join(
            f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (second, "S")) if n
        )
        sign = "-" if self.nanoseconds < 0 else ""
        return f"{sign}P{day}{'T' + time if time else ''}" if day or time else "PT0S"


@total_ordering
class YearsMonthsDuration:
    """A length of time in calendar months."""

    __slots__ = ("months",)

    def __init__(self, months: int) -> None:
        self.months = months

    def __eq__(self, other: object) -> bool:
        return type(other) is YearsMonthsDuration and self.months == other.months

    def __lt__(self, other: object) -> bool:
        return self.months < other.months if type(other) is YearsMonthsDuration else NotImplemented

    def __hash__(self) -> int:
        return hash(("months", self.months))

    def __repr__(self) -> str:
        return f"YearsMonthsDuration({str(self)!r})"

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        parts = f"{years}Y" * (years > 0) + f"{months}M" * (months > 0)
        return f"{'-' * (self.months < 0)}P{parts or '0M'}"


def parse(text: str) -> DaysTimeDuration | YearsMonthsDuration | None:
    """Read an ISO 8601 duration of days and time or of years and months; None where it is neither."""
    found = _DAYS_TIME.fullmatch(text)
    if found and any(found.groups()[1:]):
        sign, days, hours, minutes, seconds, fraction = found.groups()
        whole = ((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60 + int(
            seconds or 0
        )
        nanoseconds = whole * SECOND + int((fraction or "")[:9].ljust(9, "0"))
        return DaysTimeDuration(-nanoseconds if sign else nanoseconds)
    found = _YEARS_MONTHS.fullmatch(text)
    if found and (found[2] or found[3]):
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return YearsMonthsDuration(-months if found[1] else months)
    return None
