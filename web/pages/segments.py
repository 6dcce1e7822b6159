"""Segments: the list with how many each has, one of them with its clients and uses, and the form with a look ahead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from crm_entities import client_list, segments
from crm_entities.segments import Segment
from crm_entities.segments.filters import Pair
from engine import definitions
from ledger import event_log, numbers
from ledger.rejection import Rejection
from scheduler import campaigns
from web import (
    errors,
    languages,
    rights,
    segment_form,
    segment_words,
    sentences,
    shown,
    timeline,
    visit,
)
from web.segment_form import Typed
from web.speech import gettext

page = Blueprint("segments", __name__, url_prefix="/segments")
Answer = Response | str | tuple[str, int]
FIRST = 10
"""So many clients a look ahead names."""
LARGE = 20_000
"""From so many clients on the list asks for each size by itself, after it is shown."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """How many clients fit, and the first of them; `why` says why that cannot be told."""

    count: int = 0
    first: object = ()
    why: str = ""


@page.get("")
@rights.holding("record.read")
def listing() -> Answer:
    """List the segments with their sizes and what starts for them; retired ones where they are asked for."""
    rows = segments.listing(visit.tx(), retired=bool(request.args.get("retired")))
    shown.gather(f"staff:{row.owner_id}" for row in rows if row.owner_id)
    users, is_large = _users(), client_list.count(visit.tx(), ceiling=LARGE) == LARGE
    lines = [
        (
            row,
            segment_words.conditions(row.pairs),
            None if is_large else _fitting(row.pairs, 0),
            users.get(row.key, ()),
        )
        for row in rows
    ]
    return render_template("segments/list.html", lines=lines, may_change=_may_change())


@page.get("/new")
@rights.holding(segments.RIGHT)
def new() -> Answer:
    """Show the form of a new segment."""
    return _form(None, segment_form.empty())


@page.post("/new")
@rights.holding(segments.RIGHT)
def create() -> Answer:
    """Make a segment, or look at whom it would fit without saving."""
    typed = segment_form.typed()
    if segment_form.is_looked_at():
        return _form(None, typed)
    try:
        values = segment_form.values(typed, None)
        key = visit.run(lambda tx: segments.create(tx, typed.key, values).key)
    except Rejection as refused:
        return _form(None, typed, refused), errors.status(refused)
    flash(gettext("The segment is kept."))
    return redirect(url_for(".show", segment_key=key), code=303)


@page.get("/<segment_key>")
@rights.holding("record.read")
def show(segment_key: str) -> Answer:
    """Show a segment: its conditions, its clients as far as the visitor may read them, what starts for it."""
    segment = segments.get(visit.tx(), segment_key)
    events = event_log.of_subjects(visit.tx(), [segment.subject], most=timeline.PAGE)
    return render_template(
        "segments/show.html",
        segment=segment,
        title=languages.titled(segment.title, segment.key),
        conditions=segment_words.conditions(segment.pairs),
        fitting=_fitting(segment.pairs),
        users=_users().get(segment.key, ()),
        entries=timeline.entries(events),
        may_change=_may_change(),
    )


@page.get("/<segment_key>/size")
@rights.holding("record.read")
def size(segment_key: str) -> Answer:
    """Give the size of a segment, as a part of the list."""
    segment = segments.get(visit.tx(), segment_key)
    fitting = _fitting(segment.pairs, 0)
    return render_template("segments/size.html", segment=segment, fitting=fitting)


@page.get("/<segment_key>/edit")
@rights.holding(segments.RIGHT)
def edit(segment_key: str) -> Answer:
    """Show a segment in its form."""
    segment = segments.get(visit.tx(), segment_key)
    return _form(segment, segment_form.held(segment))


@page.post("/<segment_key>/edit")
@rights.holding(segments.RIGHT)
def change(segment_key: str) -> Answer:
    """Redefine a segment unless somebody else did, or look at whom it would fit without saving."""
    segment, typed = segments.get(visit.tx(), segment_key), segment_form.typed()
    if segment_form.is_looked_at():
        return _form(segment, typed)
    try:
        values = segment_form.values(typed, segment)
        version = request.form.get("version", 0, type=numbers.whole)
        visit.run(lambda tx: segments.redefine(tx, segment_key, values, version=version))
    except Rejection as refused:
        again = segments.get(visit.tx(), segment_key)
        if refused.reason == "conflict":
            typed.version = str(again.version)
        return _form(again, typed, refused), errors.status(refused)
    flash(gettext("The segment is kept."))
    return redirect(url_for(".show", segment_key=segment_key), code=303)


@page.post("/<segment_key>/retire")
@rights.holding(segments.RIGHT)
def retire(segment_key: str) -> Answer:
    """Offer a segment nowhere any more, unless a process starts for it."""
    visit.run(lambda tx: segments.retire(tx, segment_key))
    flash(gettext("The segment is offered nowhere any more."))
    return redirect(url_for(".show", segment_key=segment_key), code=303)


@page.post("/<segment_key>/bring-back")
@rights.holding(segments.RIGHT)
def bring_back(segment_key: str) -> Answer:
    """Offer a retired segment again."""
    visit.run(lambda tx: segments.bring_back(tx, segment_key))
    flash(gettext("The segment is offered again."))
    return redirect(url_for(".show", segment_key=segment_key), code=303)


def _may_change() -> bool:
    return rights.may(segments.RIGHT)


def _form(segment: Segment | None, typed: Typed, refused: Rejection | None = None) -> str:
    wrong = dict(getattr(refused, "errors", None) or {})
    if refused is not None and refused.field and not wrong:
        wrong[refused.field] = refused.sentence
    try:
        fitting = _fitting(segment_form.pairs(typed.rows))
    except Rejection:
        fitting = Fitting(why=gettext("As soon as every condition is complete."))
    if request.method == "GET" or request.form.get("then") == "add":
        _forgive_new(typed)
    return render_template(
        "segments/form.html",
        segment=segment,
        typed=typed,
        errors=wrong,
        refused=refused,
        choices=segment_form.choices(),
        owners=segment_form.owners(segment),
        fitting=fitting,
        users=_users().get(segment.key, ()) if segment is not None else (),
    )


def _forgive_new(typed: Typed) -> None:
    """Blame nobody for the condition that was just added and is still empty."""
    last = typed.rows[-1] if typed.rows else None
    if last is not None and not (last.value or last.days or last.chosen):
        last.error = ""


def _fitting(pairs: Iterable[Pair], first: int = FIRST) -> Fitting:
    """Return whom conditions fit of those whom the visitor may read."""
    tx = visit.tx()
    try:
        wanted = segments.conditions(tx, pairs)
    except Rejection as refused:
        return Fitting(why=sentences.readable(refused.sentence))
    if not wanted:
        return Fitting(why=gettext("Add a condition first."))
    rows = client_list.listing(tx, among=wanted, most=first).rows if first else ()
    return Fitting(client_list.count(tx, among=wanted), rows)


def _users() -> dict[str, list[tuple[str, str]]]:
    """Return for each segment the processes that start for it, as key and title."""
    found: dict[str, list[tuple[str, str]]] = {}
    for segment, numbers_of in campaigns.by_segment(visit.tx()).items():
        known = [definitions.get(visit.tx(), number) for number in numbers_of]
        found[segment] = [(one.key, languages.titled(one.titles, one.title)) for one in known]
    return found
