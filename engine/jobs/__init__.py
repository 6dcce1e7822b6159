"""Jobs: work for a program, claimed in batches, tried again with patience, an incident at the end."""

from engine.jobs.commands import (
    BpmnError,
    Job,
    claim,
    complete,
    extend,
    fail,
    throw_error,
)
from engine.jobs.reading import (
    NEXT,
    NEXT_OWN,
    case_of,
    element_of,
    is_claimable,
    next_due,
    of_case,
    topics_of,
    waiting,
    waiting_topics,
)
from engine.jobs.working import work_due

__all__ = [
    "NEXT",
    "NEXT_OWN",
    "BpmnError",
    "Job",
    "case_of",
    "claim",
    "complete",
    "element_of",
    "extend",
    "fail",
    "is_claimable",
    "next_due",
    "of_case",
    "throw_error",
    "topics_of",
    "waiting",
    "waiting_topics",
    "work_due",
]
