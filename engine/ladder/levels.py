"""The levels of a ladder: at which point of a clock, whom to tell, what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine import calendar
from engine.calendar import Deadline, DeadlineError
from engine.ladder import parts
from engine.ladder.parts import Hours, LadderError, Priority
from ledger.words import say

PARTS = frozenset({"id", "at", "notify", "reassign", "priority", "start", "set", "hours", "how"})
AFTER = re.compile(r"due *\+ *(.+)")


@dataclass(frozen=True, slots=True)
class Point:
    """Where on a clock a level stands: a share of the time until due, or at and after due."""

    share: int | None = None
    """Hundredths of a per cent, 10,000 is due itself; None: at due or later."""
    after: Deadline | None = None
    """Time after due; None: at due."""

    @staticmethod
    def parse(text: str) -> Point:
        """Read ``75%``, ``due``, ``due + PT4H``, ``due + 1 business day``.

        Raises LadderError for anything else.
        """
        written = " ".join(text.split())
        if written == "due":
            return Point()
        try:
            if match := AFTER.fullmatch(written):
                return Point(after=Deadline.parse(match[1]))
            if written.endswith("%"):
                share = calendar.share(written)
                return Point() if share == calendar.WHOLE else Point(share=share)
        except DeadlineError as fault:
            raise LadderError(say("at: %(fault)s", fault=fault.args[0])) from None
        raise LadderError(
            say(
                "at: expected 75%%, due, due + PT4H or due + 1 business day, not '%(text)s'.",
                text=text,
            )
        )

    def __str__(self) -> str:
        if self.share is not None:
            return f"{self.share / 100:g}%"
        return "due" if self.after is None else f"due + {self.after}"


@dataclass(frozen=True, slots=True)
class Level:
    """One step of the ladder.

    `notify` and `reassign` are people in the owner's words, resolved when it fires. `start` is the
    key of a process to start. `hours` says whether a level that falls outside working time is told
    at once (``now``) or at the next opening of the clock's calendar (``opening``). `how` are the
    ways besides the inbox: ``mail``, ``webhook``; none: the inbox alone.
    """

    id: str
    at: Point
    notify: tuple[str, ...] = ()
    reassign: str | None = None
    priority: Priority | None = None
    start: str | None = None
    hours: Hours = "now"
    how: tuple[str, ...] = ("mail",)
    sets: tuple[tuple[str, str], ...] = ()
    """Fields of the record with the values that they get, such as ("deal.priority", "high")."""

    @property
    def is_telling(self) -> bool:
        """Say whether the level tells anybody, people or programs."""
        return bool(self.notify) or "webhook" in self.how

    @property
    def is_telling_only(self) -> bool:
        """Say whether the level only tells people, so that a sweep can take many at once."""
        is_acting = self.reassign or self.priority or self.start or self.sets
        return not is_acting

    @staticmethod
    def parse(document: object) -> Level:
        """Read one level; `id` is made from `at` where it is left out, `notify` may be `a, b`."""
        if not isinstance(document, Mapping):
            raise LadderError(
                say("expected at, notify and so on, not %(found)s.", found=repr(document))
            )
        if unknown := sorted(document.keys() - PARTS):
            raise LadderError(
                say(
                    "'%(name)s' is not known here: %(names)s.",
                    name=unknown[0],
                    names=sorted(PARTS),
                )
            )
        point = Point.parse(parts.text(document, "at") or "")
        notify, reassign = parts.people(document.get("notify")), parts.text(document, "reassign")
        priority, start = parts.text(document, "priority"), parts.text(document, "start")
        how, sets = parts.ways(document.get("how")), parts.sets(document.get("set"))
        if not (notify or reassign or priority or start or sets or "webhook" in how):
            raise LadderError(
                say("The level at %(point)s tells nobody and does nothing.", point=str(point))
            )
        return Level(
            parts.text(document, "id") or _id(point), point, notify, reassign,
            parts.priority(priority), start, parts.hours(parts.text(document, "hours") or "now"), how,
            sets,
        )  # fmt: skip


def _id(point: Point) -> str:
    if point.share is not None:
        return "at-" + f"{point.share / 100:g}".replace(".", "-")
    if point.after is None:
        return "due"
    return "due-" + str(point.after).lower().replace(" ", "-")


@dataclass(frozen=True)
class Ladder:
    """The levels of a clock, in the order they are written."""

    levels: tuple[Level, ...]

    @cached_property
    def until_due(self) -> tuple[Level, ...]:
        """The levels before due and at it, in order."""
        early = [level for level in self.levels if level.at.after is None]
        return tuple(sorted(early, key=lambda level: level.at.share or calendar.WHOLE))

    @cached_property
    def after_due(self) -> tuple[Level, ...]:
        """The levels after due; their order depends on the calendar."""
        return tuple(level for level in self.levels if level.at.after is not None)

    @cached_property
    def last(self) -> Level | None:
        """The level that none follows, where no calendar is needed to say which it is."""
        if self.after_due:
            return self.after_due[0] if len(self.after_due) == 1 else None
        return self.until_due[-1] if self.until_due else None

    @staticmethod
    def parse(document: object) -> Ladder:
        """Read a list of levels. Raises LadderError, naming the level by its number."""
        if isinstance(document, str) or not isinstance(document, Sequence):
            raise LadderError(
                say("Expected a list of levels, not %(found)s.", found=repr(document))
            )
        levels = []
        for number, item in enumerate(document, 1):
            try:
                levels.append(Level.parse(item))
            except LadderError as fault:
                raise LadderError(
                    say("Level %(number)s: %(fault)s", number=number, fault=fault.args[0])
                ) from None
        return Ladder.of(levels)

    @staticmethod
    def of(levels: Sequence[Level]) -> Ladder:
        """Return the ladder of these levels. Raises LadderError where two bear one id."""
        seen: set[str] = set()
        for level in levels:
            if level.id in seen:
                raise LadderError(
                    say(
                        "Two levels are called '%(id)s': make them one, or give one an id.",
                        id=level.id,
                    )
                )
            seen.add(level.id)
        return Ladder(tuple(levels))

    def level(self, id: str) -> Level | None:
        """Return the level of that id, or None where the ladder no longer has it."""
        return next((level for level in self.levels if level.id == id), None)
