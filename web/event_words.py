"""What each kind of event says, in words: by whom is added by the timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from crm_entities.interactions import Interaction
from web import formats, process_words, record_words, segment_words, shown
from web.speech import gettext, lazy_gettext, listed


@dataclass(frozen=True, slots=True)
class Told:
    """What the words about many events need, fetched once for all."""

    definitions: Mapping[int, int]
    interactions: Mapping[str, Interaction]
    values: Mapping[int, Mapping[str, tuple[Any, Any]]]


Words = Callable[[Row[Any], Told], str]


def plain(event: Row[Any], _told: Told) -> str:
    """Return an event of a kind without words of its own."""
    words = event.kind.replace("_", " ")
    return f"{words} · {event.element}" if event.element else str(words)


def _stage(event: Row[Any], told: Told) -> str:
    definition_id = told.definitions.get(event.case_id)
    if definition_id is None or not event.element:
        return event.element or ""
    home = process_words.home_of(definition_id, event.element)
    return process_words.element_title(home, event.element)


def _process(event: Row[Any], told: Told) -> str:
    definition_id = told.definitions.get(event.case_id)
    return process_words.process_title(definition_id) if definition_id is not None else ""


def _case_started(event: Row[Any], told: Told) -> str:
    return gettext("“%(process)s” was started", process=_process(event, told))


def _case_ended(event: Row[Any], told: Told) -> str:
    definition_id, at = told.definitions.get(event.case_id), (event.data or {}).get("end")
    end = process_words.element_title(definition_id, at) if definition_id is not None and at else ""
    if end:
        return gettext("“%(process)s” ended: %(end)s", process=_process(event, told), end=end)
    return gettext("“%(process)s” ended", process=_process(event, told))


def _case_cancelled(event: Row[Any], told: Told) -> str:
    return gettext("“%(process)s” was cancelled", process=_process(event, told))


def _migrated(event: Row[Any], _told: Told) -> str:
    data = event.data or {}
    return gettext(
        "The case moved from version %(old)s to version %(new)s", old=data["from"], new=data["to"]
    )


def _task_created(event: Row[Any], told: Told) -> str:
    return gettext("“%(stage)s” began", stage=_stage(event, told))


def _task_completed(event: Row[Any], told: Told) -> str:
    outcome = _outcome(event, told)
    if outcome:
        return gettext(
            "“%(stage)s” was done: %(outcome)s", stage=_stage(event, told), outcome=outcome
        )
    return gettext("“%(stage)s” was done", stage=_stage(event, told))


def _outcome(event: Row[Any], told: Told) -> str:
    chosen = (event.data or {}).get("outcome")
    definition_id = told.definitions.get(event.case_id)
    if not chosen or definition_id is None:
        return str(chosen or "")
    home = process_words.home_of(definition_id, event.element)
    element = process_words.process(home).elements.get(event.element or "")
    known = {one.id: one for one in getattr(element, "outcomes", ())}
    return (
        process_words.outcome_title(known[chosen])
        if chosen in known
        else ""
        if chosen == "done"
        else str(chosen)
    )


def _task_given(event: Row[Any], told: Told) -> str:
    data = event.data or {}
    whom = shown.who(data.get("assignee")) or listed(
        shown.who(one) for one in data.get("candidates", ())
    )
    return gettext(
        "“%(stage)s” was given to %(who)s", stage=_stage(event, told), who=whom or gettext("nobody")
    )


def _about_stage(sentence: Any) -> Words:
    return lambda event, told: (
        str(sentence) % {"stage": _stage(event, told) or _process(event, told)}
    )


def _recomputed(event: Row[Any], told: Told) -> str:
    return gettext(
        "The clock of “%(stage)s” was reckoned again by version %(version)s of its calendar",
        stage=_stage(event, told) or _process(event, told),
        version=(event.data or {}).get("version"),
    )


def _due_moved(event: Row[Any], told: Told) -> str:
    data = event.data or {}
    return gettext(
        "The due date of “%(stage)s” was moved from %(before)s to %(after)s",
        stage=_stage(event, told) or _process(event, told),
        before=formats.moment(datetime.fromisoformat(data["from"])),
        after=formats.moment(datetime.fromisoformat(data["to"])),
    )


def _level_reached(event: Row[Any], told: Told) -> str:
    data = event.data or {}
    whom = listed(shown.who(one) for one in data.get("told", ())) or gettext("nobody")
    stage = _stage(event, told) or _process(event, told)
    if data.get("kind") == "deadline_near":
        return gettext("“%(stage)s” is due soon; told: %(who)s", stage=stage, who=whom)
    if data.get("kind") == "deadline_due":
        return gettext("“%(stage)s” is due and still open; told: %(who)s", stage=stage, who=whom)
    if data.get("kind") == "pause_over_cap":
        return gettext(
            "“%(stage)s” has been paused for too long; told: %(who)s", stage=stage, who=whom
        )
    return gettext("“%(stage)s” is overdue; told: %(who)s", stage=stage, who=whom)


def _priority(event: Row[Any], told: Told) -> str:
    word = shown.priority_word((event.data or {}).get("to")).word
    return gettext(
        "“%(stage)s” now has priority: %(priority)s", stage=_stage(event, told), priority=word
    )


def _logged(event: Row[Any], told: Told) -> str:
    kinds = {
        "call": gettext("Call"),
        "meeting": gettext("Meeting"),
        "mail": gettext("Mail"),
        "note": gettext("Note"),
    }
    found = told.interactions.get(event.ref or "")
    kind = kinds.get((event.data or {}).get("kind", ""), "")
    return f"{kind}: {found.summary}" if found is not None else kind


def _changed(event: Row[Any], _told: Told) -> str:
    names = listed(record_words.field_word(name) for name in (event.data or {}).get("fields", ()))
    return gettext("Changed: %(fields)s", fields=names)


def _moved(event: Row[Any], _told: Told) -> str:
    _, after = ((event.data or {}).get("changes") or {}).get("pipeline_stage", (None, None))
    return gettext("The deal moved to “%(stage)s”", stage=shown.any_stage_title(str(after or "")))


def _status(event: Row[Any], _told: Told) -> str:
    _, after = ((event.data or {}).get("changes") or {}).get("status", (None, None))
    return gettext("The client is now %(status)s", status=shown.client_status(after).word)


KINDS: Final[Mapping[str, tuple[str, str, Any]]] = {
    **segment_words.EVENTS,
    "case_started": ("player-play", "accent", _case_started),
    "case_completed": ("circle-check", "green", _case_ended),
    "case_terminated": ("circle-x", "plain", _case_ended),
    "case_cancelled": ("circle-x", "red", _case_cancelled),
    "case_suspended": ("player-pause", "blue", lazy_gettext("The case was suspended")),
    "case_resumed": ("player-play", "blue", lazy_gettext("The case goes on")),
    "token_moved": (
        "arrow-right",
        "amber",
        _about_stage(lazy_gettext("The case was moved to “%(stage)s”")),
    ),
    "case_migrated": ("arrow-right", "blue", _migrated),
    "task_created": ("list-check", "accent", _task_created),
    "task_completed": ("check", "green", _task_completed),
    "task_assigned": ("user", "blue", _task_given),
    "task_handed_over": ("user-share", "blue", _task_given),
    "task_delegated": ("user-share", "blue", _task_given),
    "task_given_back": ("arrow-back-up", "blue", _task_given),
    "task_claimed": ("hand-grab", "blue", _about_stage(lazy_gettext("“%(stage)s” was claimed"))),
    "task_released": (
        "arrow-back-up",
        "blue",
        _about_stage(lazy_gettext("“%(stage)s” was given back to the group")),
    ),
    "priority_changed": ("arrow-up", "plain", _priority),
    "comment_written": ("message", "plain", _about_stage(lazy_gettext("Comment on “%(stage)s”"))),
    "level_reached": ("alarm", "amber", _level_reached),
    "clock_paused": (
        "player-pause",
        "blue",
        _about_stage(lazy_gettext("The clock of “%(stage)s” stands still")),
    ),
    "clock_resumed": (
        "player-play",
        "blue",
        _about_stage(lazy_gettext("The clock of “%(stage)s” runs again")),
    ),
    "due_date_overridden": ("calendar-plus", "amber", _due_moved),
    "case_calendar_set": ("calendar-time", "blue", lazy_gettext("Another calendar was chosen")),
    "clock_recomputed": ("refresh", "blue", _recomputed),
    "clock_restarted": (
        "refresh",
        "blue",
        _about_stage(lazy_gettext("The clock of “%(stage)s” began again")),
    ),
    "message_dropped": ("alert-triangle", "amber", lazy_gettext("Nobody took a message")),
    "delivery_chain_cut": ("alert-triangle", "red", lazy_gettext("A chain of messages was cut")),
    "incident_raised": (
        "alert-triangle",
        "red",
        _about_stage(lazy_gettext("“%(stage)s” cannot go on")),
    ),
    "incident_resolved": (
        "circle-check",
        "green",
        _about_stage(lazy_gettext("“%(stage)s” was repaired")),
    ),
    "incident_retried": (
        "refresh",
        "blue",
        _about_stage(lazy_gettext("“%(stage)s” was tried again")),
    ),
    "job_completed": ("settings-cog", "green", _about_stage(lazy_gettext("“%(stage)s” was done"))),
    "job_given_up": (
        "alert-triangle",
        "red",
        _about_stage(lazy_gettext("“%(stage)s” was tried in vain")),
    ),
    "job_failed": (
        "refresh",
        "amber",
        _about_stage(lazy_gettext("“%(stage)s” failed and is tried again")),
    ),
    "clock_mended": (
        "refresh",
        "blue",
        _about_stage(lazy_gettext("The clock of “%(stage)s” was put right")),
    ),
    "timer_fired": (
        "clock",
        "plain",
        _about_stage(lazy_gettext("The time of “%(stage)s” has come")),
    ),
    "error_caught": (
        "alert-triangle",
        "amber",
        _about_stage(lazy_gettext("“%(stage)s” took its way for faults")),
    ),
    "error_uncaught": (
        "alert-triangle",
        "red",
        _about_stage(lazy_gettext("“%(stage)s” ended with a fault")),
    ),
    "decision_evaluated": (
        "table",
        "plain",
        _about_stage(lazy_gettext("“%(stage)s” was decided by a table")),
    ),
    "variables_changed": ("braces", "amber", lazy_gettext("Variables were changed by hand")),
    "document_added": ("paperclip", "plain", lazy_gettext("A file was added")),
    "interaction_logged": ("message", "plain", _logged),
    "client_created": ("user-plus", "accent", lazy_gettext("The client was added")),
    "client_imported": ("file-import", "accent", lazy_gettext("The client was imported")),
    "client_changed": ("pencil", "plain", _changed),
    "client_status_changed": ("star", "blue", _status),
    "contact_created": ("user-plus", "plain", lazy_gettext("A contact was added")),
    "contact_changed": ("pencil", "plain", _changed),
    "deal_created": ("briefcase", "accent", lazy_gettext("The deal was added")),
    "deal_changed": ("pencil", "plain", _changed),
    "deal_moved": ("arrow-right", "blue", _moved),
}
SILENT: Final = frozenset({"session_started", "case_advanced", "draft_saved", "signal_sent"})
