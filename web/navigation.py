"""What stands around every page: the menu with its counts, and how fresh the deadlines are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, g, request
from markupsafe import Markup

from scheduler import alerts, heartbeat
from web import addresses, rights, tasklist, visit
from web.speech import gettext

BRAND = Markup(
    '<svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true"><circle cx="16" cy="16" r="16"/>'
    '<path d="M11 8v16M11 16h3.5a4 4 0 0 0 4-4V8.500M14.500 16a4 4 0 0 1 4 4v3.500"/></svg>'
)
MANY = 99
ALERTS = frozenset({"mail_templates", "dead_letters"})
"""Pages that stand under the same line of the menu as the webhooks."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. `key` is the second letter of its short cut `g …`."""

    title: str
    url: str
    icon: str
    is_here: bool
    count: str = ""
    count_means: str = ""
    is_urgent: bool = False
    key: str = ""
    live: str = ""
    """Where the count can be asked for again while the page stays open."""


@dataclass(frozen=True, slots=True)
class Beat:
    """When the deadlines were last looked at, and whether that is too long ago."""

    at: datetime | None
    is_late: bool


def init_app(app: Flask) -> None:
    """Give the menu and the heartbeat to the templates of `app`."""
    app.jinja_env.globals.update(navigation=navigation, heartbeat=beat, brand_mark=lambda: BRAND)
    app.context_processor(lambda: {"person": g.get("person")})


def beat() -> Beat:
    """Return how fresh the deadlines are."""
    at = heartbeat.last(visit.tx())
    late = timedelta(seconds=visit.settings().late_seconds)
    # one from the future was written before the machine's clock was set back
    return Beat(at, at is None or abs(visit.tx().now - at) > late)


def navigation() -> list[Entry]:
    """Return the menu of the visitor: only what he may open."""
    tx, person = visit.tx(), visit.actor()
    tasks, unread = tasklist.counts(person), alerts.unread_count(tx, person)
    entries = [
        _entry(
            gettext("My tasks"),
            "tasks.mine",
            "list-check",
            count=tasks.all,
            means=gettext("open tasks"),
            key="t",
        ),
        _entry(
            gettext("Inbox"),
            "inbox.listing",
            "inbox",
            count=unread,
            means=gettext("unread"),
            key="i",
            live="inbox.count",
        ),
        _entry(
            gettext("Clients"), "clients.listing", "users", key="c", also=frozenset({"segments"})
        ),
        _entry(gettext("Deals"), "deals.board", "briefcase", key="d"),
        _entry(gettext("Cases"), "cases.listing", "route", key="p"),
    ]
    if rights.may("case.reassign"):
        entries.append(_entry(gettext("Overdue"), "overdue.listing", "alarm", key="o"))
    if rights.may("report.read"):
        entries.append(_entry(gettext("Reports"), "reports.deadlines", "chart-bar", key="r"))
    return entries + _upkeep()


def _upkeep() -> list[Entry]:
    """Return what those open who look after the program."""
    entries = []
    if rights.may("definition.draft"):
        entries.append(_entry(gettext("Processes"), "definitions.listing", "sitemap"))
        entries.append(_entry(gettext("Decisions"), "decisions.listing", "table"))
    if rights.may("case.repair"):
        entries.append(_entry(gettext("Jobs and incidents"), "jobs.listing", "settings-cog"))
    if rights.may("record.import"):
        entries.append(_entry(gettext("Import"), "imports.listing", "file-import"))
    if rights.may("staff.manage"):
        entries.append(_entry(gettext("People"), "staff.listing", "user-cog"))
    if rights.may("settings.manage"):
        entries.append(_entry(gettext("Calendars"), "calendars.listing", "calendar-time"))
        entries.append(_entry(gettext("Figures"), "metrics.show", "gauge"))
        entries.append(_entry(gettext("Alerts"), "webhooks.listing", "bell-cog", also=ALERTS))
        entries.append(
            _entry(gettext("Document templates"), "document_templates.listing", "file-import")
        )
        entries.append(_entry(gettext("API keys"), "api_keys.listing", "settings-cog"))
    return entries


def _entry(
    title: str,
    endpoint: str,
    icon: str,
    *,
    count: int = 0,
    means: str = "",
    key: str = "",
    also: frozenset[str] = frozenset(),
    live: str = "",
) -> Entry:
    here = (request.endpoint or "").split(".")[0] in {endpoint.split(".", maxsplit=1)[0], *also}
    shown = "" if not count else str(count) if count <= MANY else f"{MANY}+"
    asked = addresses.plain(live) if live else ""
    return Entry(title, addresses.plain(endpoint), icon, here, shown, means, key=key, live=asked)
