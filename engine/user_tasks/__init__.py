"""User tasks: who has them, who takes them, how they are done. Commands lock the task's case."""

from engine.user_tasks.asking import Form, fields_of, form, outcome_name, outcomes_of
from engine.user_tasks.doing import complete, due_changed, save_draft, set_priority, snooze
from engine.user_tasks.holding import assign, claim, delegate, give_back, hand_over, release
from engine.user_tasks.lists import PAGE, claimable, get, held_by, of_case, overdue

__all__ = [
    "PAGE",
    "Form",
    "assign",
    "claim",
    "claimable",
    "complete",
    "delegate",
    "due_changed",
    "fields_of",
    "form",
    "get",
    "give_back",
    "hand_over",
    "held_by",
    "of_case",
    "outcome_name",
    "outcomes_of",
    "overdue",
    "release",
    "save_draft",
    "set_priority",
    "snooze",
]
