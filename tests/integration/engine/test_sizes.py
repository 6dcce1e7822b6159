"""Large things come to their end with the exact count: long models, many rounds, many children."""

from __future__ import annotations

import sys
import time
from functools import partial

import pytest
from sqlalchemy import func, select

from engine import jobs, user_tasks
from engine.waiting.cases import scopes
from engine.waiting.tasks import IS_OPEN, tasks
from tests.support import models
from tests.support.models import many, script, simple
from tests.support.running import Run


def told(what: str, began: float) -> None:
    """Say what it cost, for whoever runs the thorough sizes with `-s`; no test fails for being slow."""
    sys.stdout.write(f"{what}: {time.process_time() - began:.2f} s of CPU\n")


@pytest.mark.soak
def test_a_long_model_is_deployed_whole(run: Run, *, soak: bool):
    length = 1_000 if soak else 100
    names = [f"t{number}" for number in range(length)]
    model = simple("p", models.tasks(" ".join(names)), " > ".join(["s", *names, "e"]))
    began = time.process_time()
    run.deploy(model)
    told(f"{length} tasks deployed", began)
    run.start().complete("t0")
    assert run.at() == {"t1"}
    run.store._memory.clear()  # as after a restart
    assert run.complete("t1").at() == {"t2"}


@pytest.mark.soak
def test_a_loop_ends_with_the_exact_count(run: Run, *, soak: bool):
    rounds = 100_000 if soak else 1_000
    loop = '<exclusiveGateway id="m"/><exclusiveGateway id="g" default="g_t"/>'
    run.deploy(
        simple(
            "p",
            loop + script("x", "{n: n + 1}") + models.tasks("t"),
            f"s > m > x > g\n g > m [n < {rounds}]\n g > t > e",
        )
    )
    began = time.process_time()
    run.start(n=0)
    while jobs.work_due(run.store):
        pass
    told(f"{rounds} rounds", began)
    assert run.variables == {"n": rounds}
    assert run.at() == {"t"}
    assert run.complete("t").state == "completed"


@pytest.mark.soak
def test_many_children_complete_one_by_one(run: Run, *, soak: bool):
    number = 10_000 if soak else 200
    loop = many(
        f'kontor:collection="for i in 1..{number} return i" kontor:item="n" '
        'kontor:outputCollection="all" kontor:outputItem="n"'
    )
    run.deploy(
        simple("p", f'<userTask id="a">{loop}</userTask>' + models.tasks("t"), "s > a > t > e")
    )
    began = time.process_time()
    run.start().work()
    told(f"{number} children made", began)
    question = select(tasks.c.id).where(IS_OPEN, tasks.c.element == "a").order_by(tasks.c.id)
    waiting = run.ask(lambda tx: tx.execute(question).scalars().all())
    assert len(waiting) == number
    part = number // 10
    for place in range(0, number, part):
        began = time.process_time()
        for child in waiting[place : place + part]:
            run.do(partial(user_tasks.complete, task_id=child))
        told(f"children {place} to {place + part}", began)
    assert run.at() == {"t"}
    assert run.variables["all"] == list(range(1, number + 1))
    left = select(func.count()).select_from(scopes).where(scopes.c.case_id == run.case)
    assert run.ask(lambda tx: tx.execute(left).scalar_one()) == 0
