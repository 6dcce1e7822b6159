"""Why it is due then, drawn: the time from start to due as segments that say what counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from engine.calendar import Piece
from web import formats, sentences
from web.speech import gettext

COUNTED = frozenset({"worked", "elapsed"})
ICONS = {
    "worked": "clock-play",
    "elapsed": "clock",
    "paused": "player-pause",
    "closed": "moon",
    "holiday": "confetti",
    "weekend": "calendar-off",
}
LEFT_OUT: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({"closed"}),
    frozenset({"closed", "weekend"}),
    frozenset({"closed", "weekend", "holiday"}),
)
"""What is left out of a strip that would grow too long, step by step; pauses never are."""
DRAWN, LISTED = 14, 40
WIDEST = 8


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of a strip: `width` is 1 to 8, `counted` is empty where nothing counts."""

    kind: str
    icon: str
    width: int
    when: str
    words: str
    counted: str


def drawn(pieces: Sequence[Piece], zone: tzinfo | None = None, most: int = DRAWN) -> list[Segment]:
    """Return pieces as at most about `most` segments, in `zone` (else the reader's)."""
    kept = brief(pieces, most)
    longest = max((piece.amount for piece in kept if piece.kind in COUNTED), default=timedelta(0))
    return [_segment(piece, longest, zone) for piece in kept]


def brief(pieces: Sequence[Piece], most: int) -> list[Piece]:
    """Return fewer pieces: nights, then weekends, then holidays are left out, and counted time added up."""
    kept = list(pieces)
    for kinds in LEFT_OUT:
        kept = _without(pieces, kinds)
        if len(kept) <= most:
            break
    return kept


def _without(pieces: Sequence[Piece], kinds: frozenset[str]) -> list[Piece]:
    kept: list[Piece] = []
    for piece in pieces:
        last = kept[-1] if kept else None
        if last is not None and piece.kind in kinds:
            if last.kind not in COUNTED:
                kept[-1] = last._replace(end=piece.end)
        elif last is not None and last.kind == piece.kind and piece.kind in COUNTED:
            kept[-1] = last._replace(end=piece.end, amount=last.amount + piece.amount)
        else:
            kept.append(piece)
    return kept


def _segment(piece: Piece, longest: timedelta, zone: tzinfo | None) -> Segment:
    is_counted = piece.kind in COUNTED
    share = piece.amount / longest if is_counted and longest else 0
    return Segment(
        kind=piece.kind,
        icon=ICONS[piece.kind],
        width=max(1, round(share * WIDEST)),
        when=_when(piece, zone),
        words=_words(piece),
        counted=_length(piece) if is_counted else "",
    )


def _words(piece: Piece) -> str:
    if piece.kind == "holiday":
        return gettext("holiday: %(name)s", name=piece.note) if piece.note else gettext("holiday")
    if piece.kind == "paused":
        why = sentences.pause_reason(piece.note or "")
        said = gettext("paused: %(reason)s", reason=why) if why else gettext("paused")
        return f"{said} ({_length(piece)})" if piece.amount else said
    return {
        "worked": gettext("working time"),
        "elapsed": gettext("counts"),
        "closed": gettext("outside working hours"),
        "weekend": gettext("not a working day"),
    }[piece.kind]


def _length(piece: Piece) -> str:
    measure = formats.span if piece.kind == "elapsed" else formats.working
    return measure(piece.amount)


def _when(piece: Piece, zone: tzinfo | None) -> str:
    begin, end = _local(piece.start, zone), _local(piece.end, zone)
    until = f"{end:%H:%M}" if begin.date() == end.date() else moment(piece.end, zone)
    return f"{moment(piece.start, zone)} – {until}"


def moment(instant: datetime, zone: tzinfo | None = None) -> str:
    """Return a day and a time of day in `zone`, without one as the reader says it: `Today 17:00`."""
    local = _local(instant, zone)
    day = formats.day(local.date()) if zone is None else formats.short_day(local.date())
    return f"{day} {local:%H:%M}"


def _local(instant: datetime, zone: tzinfo | None) -> datetime:
    return formats.local(instant) if zone is None else instant.astimezone(zone)
