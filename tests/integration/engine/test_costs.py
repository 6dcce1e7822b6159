"""What a step costs depends on what moves: not on history, model size or siblings."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, select

from engine import jobs, user_tasks
from engine.clocks import sweeping
from engine.clocks.table import clocks
from tests.support.models import many, script, simple, tasks
from tests.support.running import Run

CLOCK = '<extensionElements><kontor:stage id="{0}"/><kontor:clock kind="stage" deadline="PT4H"/></extensionElements>'

SCANS = ("SCAN bpmn_user_task", "SCAN bpmn_job")


def stage(key: str) -> str:
    return f'<userTask id="{key}">{CLOCK.format(key)}</userTask>'


TWO_STAGES = simple(
    "p",
    stage("a") + stage("b") + '<exclusiveGateway id="g"/>',
    "s > a > b > g\n g > a [again]\n g > e [not(again)]",
)


def complete_and_count(run: Run, element: str, **variables: Any) -> int:
    task = run.task(element)
    with run.statements() as found:
        run.do(lambda tx: user_tasks.complete(tx, task, variables))
    return len([each for each in found if not each.startswith(("BEGIN", "COMMIT"))])


def test_a_completed_task_of_a_stage_with_a_clock_takes_at_most_eight_statements(run: Run):
    run.deploy(TWO_STAGES).start()
    run.complete("a")
    run.complete("b", again=True)
    assert complete_and_count(run, "a") <= 8


def test_hundreds_of_tasks_of_history_cost_nothing(run: Run):
    if not run.store.is_sqlite:
        pytest.skip(
            "counted on SQLite: the statements are the same, hundreds of commits are slower"
        )
    run.deploy(TWO_STAGES).start()
    run.complete("a")
    first = complete_and_count(run, "b", again=True)
    for _ in range(100):
        run.complete("a")
        run.complete("b", again=True)
    run.complete("a")
    assert complete_and_count(run, "b", again=True) == first <= 8


def test_one_of_many_instances_costs_the_same_among_ten_and_among_a_thousand(run: Run):
    counts = []
    for number in (10, 1000):
        model = simple(
            f"p{number}",
            f'<userTask id="a">{many(inside=f"<loopCardinality>{number}</loopCardinality>")}</userTask>',
            "s > a > e",
        )
        run.deploy(model).start(f"p{number}").work()
        counts.append(complete_and_count(run, "a"))
    assert counts[0] == counts[1] <= 8


def test_a_large_model_costs_what_a_small_one_does(run: Run):
    counts = []
    for number in (3, 300):
        names = [f"t{position}" for position in range(number)]
        model = simple(f"p{number}", tasks(" ".join(names)), " > ".join(["s", *names, "e"]))
        run.deploy(model).start(f"p{number}")
        counts.append(complete_and_count(run, "t0"))
    assert counts[0] == counts[1]


def test_a_loop_of_many_rounds_ends_with_the_exact_count(run: Run):
    model = simple(
        "p",
        script("add", "{n: n + 1}") + '<exclusiveGateway id="g"/>',
        "s > add > g\n g > add [n < 1500]\n g > e [n >= 1500]",
    )
    run.deploy(model).start(n=0).work()
    assert run.state == "completed"
    assert run.variables == {"n": 1500}


def test_what_is_asked_all_the_time_is_found_by_an_index(run: Run):
    if not run.store.is_sqlite:
        pytest.skip("PostgreSQL scans small tables however good the index is")
    service = '<serviceTask id="a"><extensionElements><kontor:topic name="mail"/></extensionElements></serviceTask>'
    run.deploy(simple("p", stage("b") + service, "s > b > a > e")).start()
    asked: list[tuple[str, Any]] = []

    def keep(_connection: object, _cursor: object, text: str, given: Any, *_rest: object) -> None:
        asked.append((text, given))

    event.listen(run.store.engine, "before_cursor_execute", keep)
    jobs.work_due(run.store)
    run.do(lambda tx: jobs.claim(tx, ["mail"], "w1"))
    run.ask(jobs.next_due)
    run.ask(lambda tx: user_tasks.held_by(tx, "staff:1"))
    run.ask(lambda tx: sweeping.open_tasks(tx, tx.execute(select(clocks)).all()))
    run.do(lambda tx: user_tasks.due_changed(tx, 1, tx.now))
    event.remove(run.store.engine, "before_cursor_execute", keep)
    with run.store.engine.connect() as connection:
        plans = {
            text: [
                row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", given)
            ]
            for text, given in asked
            if "bpmn_user_task" in text or "bpmn_job" in text
        }
    scanned = [text for text, plan in plans.items() if any(step in SCANS for step in plan)]
    assert len(plans) >= 5
    assert scanned == []
