"""Jobs: work for a program, claimed in batches, tried again with patience, an incident at the end."""

from engine.jobs.commands import (
    BpmnError,
    Job,
    case_of,
    claim,
    complete,
    extend,
    fail,
    next_due,
    next_own,
    of_case,
    throw_error,
    waiting,
    waiting_topics,
)
from engine.jobs.working import work_due

__all__ = [
    "BpmnError",
    "Job",
    "case_of",
    "claim",
    "complete",
    "extend",
    "fail",
    "next_due",
    "next_own",
    "of_case",
    "throw_error",
    "waiting",
    "waiting_topics",
    "work_due",
]
