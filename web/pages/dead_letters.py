"""Dead letters: mails and webhooks that could not be delivered, why, and a way to send them again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from ledger import numbers
from scheduler import dead_letters
from scheduler.alerts import LEAVING
from web import alert_words, process_words, rights, shown, visit
from web.speech import gettext, ngettext

page = Blueprint("dead_letters", __name__, url_prefix="/dead-letters")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Letter:
    """One delivery as a row: what it says, to whom, why it is here."""

    id: int
    kind: str
    about: str
    url: str | None
    to: str
    is_webhook: bool
    why: str
    at: datetime
    tries: int
    next_try_at: datetime | None


@page.get("")
@rights.holding("settings.manage")
def listing() -> str:
    """List the dead letters, the newest first, and what is tried again by itself."""
    channel = _channel(request.args.get("channel"))
    before = request.args.get("before", type=numbers.whole)
    dead = dead_letters.listed(visit.tx(), channel=channel, before=before, most=PAGE)
    trying = dead_letters.trying(visit.tx())
    failed = dead_letters.failed_actions(visit.tx())
    shown.gather(row.recipient for row in (*dead, *trying))
    receivers = alert_words.receivers()
    more = url_for(".listing", channel=channel, before=dead[-1].id) if len(dead) == PAGE else None
    return render_template(
        "dead_letters/list.html",
        channel=channel,
        dead=[_letter(row, receivers) for row in dead],
        trying=[_letter(row, receivers) for row in trying],
        failed=[_letter(row, receivers) for row in failed],
        onward=more,
    )


@page.post("")
@rights.holding("settings.manage")
def resend() -> Response:
    """Send one dead letter again, or all, or all of a channel."""
    chosen = request.form.get("alert", type=numbers.whole)
    channel = _channel(request.form.get("channel"))
    if chosen is not None:
        count = int(visit.run(lambda tx: dead_letters.resend(tx, chosen)))
    else:
        count = visit.run(lambda tx: dead_letters.resend_all(tx, channel))
    if count:
        flash(ngettext("%(num)s letter is sent again.", "%(num)s letters are sent again.", count))
    else:
        flash(gettext("There was nothing to send again."))
    return redirect(url_for(".listing", channel=channel), code=303)


def _channel(name: str | None) -> str | None:
    return name if name in LEAVING else None


def _letter(row: Row[Any], receivers: dict[str, tuple[str, str]]) -> Letter:
    is_webhook = alert_words.is_webhook(row)
    title = receivers.get(row.recipient, (row.recipient, ""))[0]
    return Letter(
        id=row.id,
        kind=alert_words.kind(row.kind),
        about=_about(row),
        url=None if row.case_id is None else url_for("cases.show", case_id=row.case_id),
        to=title if is_webhook else shown.who(row.recipient),
        is_webhook=is_webhook,
        why=alert_words.why(row),
        at=row.created_at,
        tries=row.attempts,
        next_try_at=row.next_try_at,
    )


def _about(row: Row[Any]) -> str:
    data = row.data or {}
    if not data.get("definition"):
        return ""
    return process_words.element_title(data["definition"], data.get("element")) or (
        process_words.process_title(data["definition"])
    )
