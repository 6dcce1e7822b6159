"""Something went wrong at an element: the token waits there, and an incident says why."""

from __future__ import annotations

from engine.plan import Plan
from engine.waiting.state import Token
from ledger.rejection import Rejection
from ledger.words import Sentence, kept

LONGEST = 2_000


def incident(plan: Plan, token: Token, phase: str, message: str, kind: str = "failed") -> None:
    """Raise an incident: the token waits at its element until it is retried, in `phase`."""
    plan.turn(token, "incident")
    row = {
        "id": plan.tx.new_id(),
        "case_id": plan.case.id,
        "scope_id": token.scope.id,
        "token_id": token.id,
        "definition_id": token.scope.definition_id,
        "element": token.element,
        "kind": kind,
        "message": message if isinstance(message, Sentence) else message[:LONGEST],
        "phase": phase,
        "at": plan.now,
    }
    plan.wait("i", token, row)
    said = {"said": kept(message)} if isinstance(message, Sentence) else {}
    plan.note(
        "incident_raised",
        token.element,
        f"incident:{row['id']}",
        {"message": message[:LONGEST], "kind": kind, **said},
    )
    plan.trace("incident", token.scope, token.element)


def words(fault: BaseException) -> str:
    """Say what went wrong in words a person can act on."""
    if isinstance(fault, Rejection):
        return fault.sentence
    said = fault.args[0] if fault.args else None
    if isinstance(said, Sentence):
        return said
    return (
        str(fault)
        if isinstance(fault, ValueError) and str(fault)
        else f"{type(fault).__name__}: {fault}"
    )
