"""A run of a schedule for each client that its filters choose: piece by piece, nobody twice, nobody left out.

Clients are asked for by number, behind the last one who had his turn, as those who fit when their turn
comes: who leaves a segment before it gets no case, who joins one gets a case if his turn is still to come.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from engine import definitions
from engine.bpmn.graph import Campaign
from ledger.rejection import Rejection
from ledger.transaction import Transaction
from ledger.words import packed
from scheduler.ports import Clients

AT_ONCE = 50
"""Clients for whom cases start in one transaction."""
SEGMENT = "segment"
"""The filter that names a segment."""
NEW = {"run_after": 0, "run_started": 0, "run_passed": 0, "run_refused": 0}
"""What a run begins with."""


class Begun(NamedTuple):
    """What became of a start: a case, or why there is none; `is_there` where a live one is enough."""

    case: int | None
    error: str | None = None
    is_there: bool = False


def of(tx: Transaction, key: str, line: str) -> Campaign:
    """Return what the newest published version wants a cron line to do."""
    process = definitions.process(tx, definitions.latest(tx, key).id)
    return process.campaigns.get(line, Campaign())


def go_on(
    tx: Transaction, row: Row[Any], campaign: Campaign, begin: Callable[[str], Begun]
) -> tuple[dict[str, Any], int]:
    """Let `begin` start a case for each of the next clients; return what changes in the row, and how many began.

    What is refused is counted and stops nobody else. A version that asks for no clients any more ends
    the run: without filters it would mean everybody.
    """
    if campaign.clients is None:
        return {"run_at": None}, 0
    # The whole run means one instant, though midnight may pass: for a run that is made up for, its own.
    at = row.run_at if campaign.makes_up else row.last_at
    try:
        found = tx.port(Clients).next(tx, dict(campaign.clients), row.run_after, AT_ONCE, at)
    except Rejection as refused:
        return {"run_at": None, "last_error": packed(refused.sentence, 500)}, 0
    begun = [begin(f"client:{number}") for number in found]
    cases = [one.case for one in begun if one.case is not None]
    refusals = [one.error for one in begun if one.error is not None]
    told: dict[str, Any] = {
        "run_at": row.run_at if len(found) == AT_ONCE else None,
        "run_after": found[-1] if found else row.run_after,
        "run_started": row.run_started + len(cases),
        "run_passed": row.run_passed + sum(one.is_there for one in begun),
        "run_refused": row.run_refused + len(refusals),
        "last_error": refusals[-1] if refusals else row.last_error if row.run_refused else None,
    }
    return told | ({"last_case": cases[-1]} if cases else {}), len(cases)


def by_segment(tx: Transaction) -> dict[str, list[int]]:
    """Return for each segment the definitions that start by themselves for its clients, published and the newest."""
    found: dict[str, list[int]] = {}
    entries = definitions.entries.c
    numbers = select(entries.definition_id).where(entries.kind == "schedule").distinct()
    for number in sorted(tx.execute(numbers).scalars()):
        for campaign in definitions.process(tx, number).campaigns.values():
            for name, value in campaign.clients or ():
                if name == SEGMENT and number not in found.setdefault(value.strip(), []):
                    found[value.strip()].append(number)
    return found
