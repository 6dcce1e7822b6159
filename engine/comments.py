"""What people say about a case: an event of its own, whose words are erased with the person they are about."""

from __future__ import annotations

from engine.plan import loading
from ledger import rejection
from ledger.event_log import Event
from ledger.transaction import Transaction

LONGEST = 10_000
KIND = "comment_written"
ATTACHED = "document_added"


def write(
    tx: Transaction,
    case_id: int,
    text: str,
    *,
    task_id: int | None = None,
    element: str | None = None,
) -> int:
    """Write a comment on a case, or on one of its tasks, and return its number within the case.

    Raises Rejection: not_found, invalid_argument for no words or too many.
    """
    words = text.strip()
    if not 0 < len(words) <= LONGEST:
        raise rejection.invalid(
            "Expected a comment of 1 to %(longest)s characters, but got %(count)s",
            longest=LONGEST,
            count=len(words),
            field="text",
        )
    plan = loading.lock(tx, case_id)
    number = plan.next_seq()
    ref = None if task_id is None else f"task:{task_id}"
    tx.note(
        Event(
            KIND, case_id, number, plan.case.subject, element, ref, values={"text": (None, words)}
        )
    )
    return number


def attach(
    tx: Transaction, case_id: int, document: str, name: str, *, element: str | None = None
) -> None:
    """Tell a case's history that a file was added: `document` is its name in the store, `name` what people call it."""
    plan = loading.lock(tx, case_id)
    told = {"name": (None, name)}
    number = plan.next_seq()
    tx.note(Event(ATTACHED, case_id, number, plan.case.subject, element, document, values=told))
