"""How things are called and coloured on a page: people, states, priorities, due dates."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from flask import Flask, g

from crm_entities import groups, pipelines, staff
from web import formats, languages, visit
from web.speech import gettext, lazy_gettext

HUES = 6
NORMAL = 50
STATES: Final[Mapping[str, tuple[str, str, object]]] = {
    "active": ("running", "player-play", lazy_gettext("running")),
    "running": ("running", "player-play", lazy_gettext("running")),
    "completed": ("good", "circle-check", lazy_gettext("completed")),
    "terminated": ("ended", "circle-x", lazy_gettext("ended early")),
    "cancelled": ("ended", "circle-x", lazy_gettext("cancelled")),
    "suspended": ("paused", "player-pause", lazy_gettext("suspended")),
    "incident": ("bad", "alert-triangle", lazy_gettext("incident")),
    "draft": ("plain", "pencil", lazy_gettext("draft")),
    "published": ("good", "circle-check", lazy_gettext("published")),
    "replaced": ("plain", "archive", lazy_gettext("replaced by a newer one")),
    "retired": ("plain", "archive", lazy_gettext("retired")),
    "potential": ("plain", "circle-dashed", lazy_gettext("potential")),
    "client_active": ("running", "circle", lazy_gettext("active")),
    "regular": ("good", "star", lazy_gettext("regular")),
    "lost": ("ended", "circle-x", lazy_gettext("lost")),
    "won": ("good", "circle-check", lazy_gettext("won")),
    "open": ("running", "circle-dot", lazy_gettext("open")),
    "left": ("ended", "circle-x", lazy_gettext("left")),
}


@dataclass(frozen=True, slots=True)
class Word:
    """A state as a person sees it: colour, icon and word, never one alone."""

    kind: str
    icon: str
    word: str


@dataclass(frozen=True, slots=True)
class Due:
    """A due date as a badge: `kind` is overdue, today, later or paused."""

    kind: str
    icon: str
    short: str
    word: str
    at: datetime | None


def init_app(app: Flask) -> None:
    """Give the words to the templates of `app`."""
    app.jinja_env.globals.update(who=who, due_state=due_state)
    for form in (
        hue,
        initials,
        state_word,
        client_status,
        stage_title,
        priority_word,
        role_word,
        channel_word,
        receipt_word,
        plain_value,
    ):
        app.add_template_filter(form, form.__name__)
    app.add_template_filter(languages.titled, "titled")


def gather(refs: Iterable[str | None]) -> None:
    """Fetch the names of many people at once, before a list is rendered."""
    names = _names()
    missing = {ref for ref in refs if ref} - names.keys()
    names.update({ref: ref for ref in missing} | staff.names(visit.tx(), missing))


def who(ref: str | None) -> str:
    """Return the name of `staff:4`, of a group, or of the program itself."""
    if not ref:
        return ""
    if ref in {"system", "worker"}:
        return gettext("Kontor")
    if ref.startswith("webhook:"):
        return gettext("another program")
    if ref.startswith("group:"):
        return gettext("group %(name)s", name=group_title(ref.removeprefix("group:")))
    gather([ref])
    return _names().get(ref, ref)


def group_title(key: str) -> str:
    """Return what a group is called, its key where there is none."""
    if "group_titles" not in g:
        known = groups.listing(visit.tx())
        g.group_titles = {one.key: languages.titled(one.title, one.key) for one, _ in known}
    titles: dict[str, str] = g.group_titles
    return titles.get(key, key)


def _names() -> dict[str, str]:
    if "names" not in g:
        g.names = {}
    names: dict[str, str] = g.names
    return names


def due_state(due_at: datetime | None, pause: str | None = None) -> Due | None:
    """Return the badge of a due date; `pause` is the reason why its clock stands still."""
    if pause is not None:
        return Due("paused", "player-pause", gettext("paused"), pause or gettext("paused"), due_at)
    if due_at is None:
        return None
    present = formats.present()
    if due_at < present.now:
        return Due("overdue", "alarm", formats.relative(due_at), gettext("Overdue"), due_at)
    is_today = due_at.astimezone(present.zone).date() == present.today
    word = gettext("Due today") if is_today else formats.day(due_at)
    return Due("today" if is_today else "later", "clock", formats.relative(due_at), word, due_at)


def state_word(state: str | None) -> Word:
    """Return how the state of a case, definition, client or import looks."""
    known = STATES.get(state or "")
    if known is None:
        return Word("plain", "circle", (state or "").replace("_", " "))
    kind, icon, word = known
    return Word(kind, icon, str(word))


def client_status(status: str | None) -> Word:
    """Return how a client's status looks."""
    return state_word("client_active" if status == "active" else status)


def stage_title(key: str, pipeline: str) -> str:
    """Return what a column of a pipeline is called."""
    if "stage_titles" not in g:
        g.stage_titles = {}
    known: dict[str, dict[str, str]] = g.stage_titles
    if pipeline not in known:
        stages = pipelines.stages_of(visit.tx(), pipeline)
        known[pipeline] = {stage.key: languages.titled(stage.title, stage.key) for stage in stages}
    return known[pipeline].get(key, key)


def any_stage_title(key: str) -> str:
    """Return what a column is called, whatever the pipeline it stands in."""
    for pipeline in pipelines.listing(visit.tx()):
        title = stage_title(key, pipeline.key)
        if title != key:
            return title
    return key


def priority_word(priority: int | None) -> Word:
    """Return how a priority of 0 to 100 looks; 50 is normal."""
    if priority is not None and priority > NORMAL:
        return Word("high", "arrow-up", gettext("High"))
    if priority is not None and priority < NORMAL:
        return Word("low", "arrow-down", gettext("Low"))
    return Word("normal", "minus", gettext("Normal"))


def role_word(role: str) -> str:
    """Return what a role is called."""
    known = {
        "employee": gettext("employee"),
        "manager": gettext("manager"),
        "process_owner": gettext("process owner"),
        "administrator": gettext("administrator"),
        "head": gettext("head of the company"),
    }
    return known.get(role, role)


def channel_word(channel: str) -> str:
    """Return how somebody was told."""
    words = {"inbox": gettext("inbox"), "mail": gettext("mail"), "webhook": gettext("webhook")}
    return words.get(channel, channel)


def receipt_word(alert: Any) -> str:
    """Return how far an alert has come: the last thing that its receipt tells."""
    if alert.acted_at:
        return gettext("acted on")
    if alert.seen_at:
        return gettext("seen")
    words = {
        "pending": gettext("waits"),
        "sending": gettext("is being sent"),
        "sent": gettext("sent"),
        "delivered": gettext("delivered"),
        "dead": gettext("could not be delivered"),
        "held": gettext("held back"),
        "none": gettext("recorded") if alert.folded_into is None else gettext("in a digest"),
        "folded": gettext("waits for the digest"),
    }
    return words.get(alert.state, str(alert.state))


def plain_value(value: object) -> str:
    """Return a variable's value as text."""
    return "–" if value is None else str(value)


@lru_cache(maxsize=16384)
def initials(name: str) -> str:
    """Return up to two first letters of a name."""
    words = [word for word in name.split() if word[0].isalnum()] or [name]
    chosen = words[:1] if len(words) == 1 else [words[0], words[-1]]
    return "".join(word[0] for word in chosen).upper()


def hue(name: str) -> int:
    """Return a colour's number that is always the same for a name."""
    return zlib.crc32(name.encode()) % HUES
