"""How far one cause may reach by itself: elements walked, messages and signals that set off one another.

What a person, a clock or another program does begins anew. Without these bounds a model that goes
round for ever would keep a worker and fill the database for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from engine.plan import Plan
from ledger.words import say

MOST_STEPS = 2_000_000
"""How many steps a case may take without waiting for anybody."""
MOST_DELIVERIES = 1_000
"""How many messages, signals and starts one of them may set off, directly and by those that it sets off."""
_budget: ContextVar[int | None] = ContextVar("budget", default=None)


@contextmanager
def within(budget: int | None) -> Iterator[None]:
    """Let what is thrown in the body set off no more than `budget` deliveries; None: it is the first."""
    kept = _budget.set(budget)
    try:
        yield
    finally:
        _budget.reset(kept)


def step(plan: Plan) -> None:
    """Count one more step. Raises ValueError where the case does not come to rest."""
    plan.steps += 1
    if plan.steps > MOST_STEPS:
        raise ValueError(
            say(
                "Expected the case to come to rest, but it went on for %(most)s steps and waited for nobody",
                most=f"{MOST_STEPS:,}",
            )
        )


def spent(plan: Plan) -> dict[str, int | None]:
    """Return what a case has used up, for the job that goes on with it."""
    return {"steps": plan.steps, "budget": _left(plan)}


def share(plan: Plan) -> None:
    """Divide what is left among the deliveries of this step; with nothing left they are dropped, and that is noted."""
    jobs = plan.waiting_rows["j"].get(0, [])
    thrown = [row for row in jobs if row["kind"] == "delivery"]
    if not thrown:
        return
    left = _left(plan)
    each = MOST_DELIVERIES if left is None else (left - 1) // len(thrown)
    if each < 1:
        jobs[:] = [row for row in jobs if row["kind"] != "delivery"]
        plan.note("delivery_chain_cut", data={"dropped": len(thrown), "most": MOST_DELIVERIES})
    for row in thrown:
        row["data"]["budget"] = each


def _left(plan: Plan) -> int | None:
    return plan.budget if plan.budget is not None else _budget.get()
