"""Clocks: how long a stage, a first answer or a whole case may take, and what is told when.

One clock per case, stage visit and kind. Its state is a pure function of its facts (entered,
paused, resumed, reassigned, due_overridden, restarted, left) and its calendar; `due_at`,
`next_fire_at` and `next_level` are caches of it that `check` can make again.
"""

from engine.clocks.commands import (
    hold_all,
    let_all_go,
    override,
    pause,
    pause_case,
    reassigned,
    resume,
    resume_case,
)
from engine.clocks.explaining import calendar, explain, get, of_case, preview, reading
from engine.clocks.facts import Reading, read
from engine.clocks.rows import (
    CLOSE,
    CLOSE_CASE,
    INSERT,
    RESPOND,
    entered,
    is_bound,
    left,
    left_case,
    rule_of,
)
from engine.clocks.table import clocks

__all__ = [
    "CLOSE",
    "CLOSE_CASE",
    "INSERT",
    "RESPOND",
    "Reading",
    "calendar",
    "clocks",
    "entered",
    "explain",
    "get",
    "hold_all",
    "is_bound",
    "left",
    "left_case",
    "let_all_go",
    "of_case",
    "override",
    "pause",
    "pause_case",
    "preview",
    "read",
    "reading",
    "reassigned",
    "resume",
    "resume_case",
    "rule_of",
]
