"""Why something is due then, and what happens if nobody acts: a clock in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine import clocks
from engine.calendar import Piece
from ledger.rejection import Rejection
from web import formats, visit
from web.speech import gettext

MOST = 40


@dataclass(frozen=True, slots=True)
class Reason:
    """One stretch of time: from when to when, what counted, and why not where it did not."""

    start: datetime
    end: datetime
    counted: str
    words: str


@dataclass(frozen=True, slots=True)
class Level:
    """A level still to come."""

    at: datetime
    name: str


def pieces(clock_id: int | None) -> list[Reason]:
    """Return the stretches from the start to the due date."""
    if clock_id is None:
        return []
    try:
        found = clocks.explain(visit.tx(), clock_id)
    except Rejection:
        return []
    return [_reason(piece) for piece in found[:MOST]]


def levels(clock_id: int | None) -> list[Level]:
    """Return the levels of the ladder that are still to come."""
    if clock_id is None:
        return []
    try:
        steps = clocks.preview(visit.tx(), clock_id)
    except Rejection:
        return []
    return [Level(step.at, step.level.id) for step in steps]


def _reason(piece: Piece) -> Reason:
    words = {
        "worked": gettext("working time"),
        "elapsed": gettext("counts"),
        "paused": gettext("paused: %(reason)s", reason=piece.note)
        if piece.note
        else gettext("paused"),
        "closed": gettext("outside working hours"),
        "holiday": gettext("holiday: %(name)s", name=piece.note)
        if piece.note
        else gettext("holiday"),
        "weekend": gettext("not a working day"),
    }
    counted = formats.span(piece.amount) if piece.kind in ("worked", "elapsed") else ""
    return Reason(piece.start, piece.end, counted, words[piece.kind])
