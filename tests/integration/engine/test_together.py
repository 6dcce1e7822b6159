"""Many at once: two people, two workers, a failure in the middle. One effect, nothing lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine import execution, instances, jobs, timers, user_tasks
from engine.plan import writing
from ledger.rejection import Rejection
from tests.support.models import file, many, process, script, simple, tasks, timer
from tests.support.running import Run


def test_of_several_who_complete_one_task_one_wins_and_the_others_are_told(run: Run):
    run.deploy(simple("p", tasks("a b"), "s > a > b > e")).start()
    task = run.task("a")

    def complete(number: int) -> str:
        try:
            run.do(lambda tx: user_tasks.complete(tx, task, {}), f"staff:{number}")
        except Rejection as refused:
            return refused.reason
        return "done"

    with ThreadPoolExecutor(6) as pool:
        found = sorted(pool.map(complete, range(6)))
    assert found == ["done", *["invalid_state"] * 5]
    assert run.tokens() == ["b"]


def test_the_branches_of_a_case_completed_at_once_are_joined_once(run: Run):
    body = f'<userTask id="a">{many(inside="<loopCardinality>12</loopCardinality>")}</userTask>'
    run.deploy(simple("p", body + tasks("t"), "s > a > t > e")).start()
    rows = run.ask(lambda tx: user_tasks.of_case(tx, run.case))

    def complete(number: int) -> None:
        run.do(lambda tx: user_tasks.complete(tx, number, {}))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(complete, [row.id for row in rows]))
    assert run.tokens() == ["t"]


def test_several_workers_fire_each_timer_and_do_each_job_once(run: Run):
    model = simple(
        "p",
        f'<intermediateCatchEvent id="w">{timer("PT1H")}</intermediateCatchEvent>'
        + script("x", "{}")
        + tasks("t"),
        "s > w > x > t > e",
    )
    run.deploy(
        model.replace(b'<scriptTask id="x"', b'<scriptTask camunda:asyncBefore="true" id="x"')
    )
    found = [run.start().case for _ in range(20)]
    run.later(hours=2)
    for sweep in (timers.fire_due, jobs.work_due):
        with ThreadPoolExecutor(3) as pool:
            for _ in range(3):
                list(pool.map(lambda _, sweep=sweep: sweep(run.store), range(3)))
    for run.case in found:
        assert run.tokens() == ["t"]
    assert run.path().count("x") == 20


def test_a_command_that_fails_at_the_end_leaves_nothing(run: Run, monkeypatch: pytest.MonkeyPatch):
    run.deploy(simple("p", tasks("a b"), "s > a > b > e")).start()
    before = run.events()

    def broken(*_: object) -> None:
        raise RuntimeError("the power fails")

    with monkeypatch.context() as patched:
        patched.setattr(writing, "_tell", broken)
        with pytest.raises(RuntimeError):
            run.complete("a", x=1)
    assert (run.at(), run.variables, run.events()) == ({"a"}, {}, before)
    assert run.complete("a").at() == {"b"}


def test_one_bad_case_does_not_stop_the_timers_of_others(run: Run, monkeypatch: pytest.MonkeyPatch):
    run.deploy(
        file(
            process(
                "p",
                '<startEvent id="s"/><endEvent id="e"/>'
                f'<intermediateCatchEvent id="w">{timer("PT1H")}</intermediateCatchEvent>'
                + tasks("t"),
                "s > w > t > e",
            )
        )
    )
    bad, good = run.start().case, run.start().case
    whole = execution.advance

    def advance(plan: object, begin: object = None) -> None:
        if plan.case.id == bad:  # type: ignore[attr-defined]  # a plan has a case
            raise RuntimeError("this one alone")
        whole(plan, begin)  # type: ignore[arg-type]  # handed through

    with monkeypatch.context() as patched:
        patched.setattr(execution, "advance", advance)
        run.later(hours=2)
        assert timers.fire_due(run.store) == 1
    run.case = good
    assert run.at() == {"t"}
    run.case = bad
    assert run.at() == {"w"}
    assert run.wait(minutes=5).at() == {"t"}


def test_a_signal_reaches_hundreds_each_in_its_own_transaction(run: Run):
    catch = '<intermediateCatchEvent id="w"><signalEventDefinition signalRef="sig"/></intermediateCatchEvent>'
    run.deploy(
        file(
            '<signal id="sig" name="sig"/>',
            process("p", f'<startEvent id="s"/><endEvent id="e"/>{catch}', "s > w > e"),
        )
    )
    found = [run.start().case for _ in range(60)]
    run.signal("sig")
    for run.case in found:
        assert run.state == "completed"


def test_moving_a_token_and_suspending_hold_against_each_other(run: Run):
    run.deploy(simple("p", tasks("a b"), "s > a > b > e")).start()
    run.do(lambda tx: instances.suspend(tx, run.case, "audit"))
    with pytest.raises(Rejection, match="it is suspended"):
        run.complete("a")
    run.do(lambda tx: instances.resume(tx, run.case))
    run.do(lambda tx: instances.move(tx, run.case, "a", "b", "already done on paper"))
    assert run.tokens() == ["b"]
    assert "token_moved" in run.events()


def test_a_signal_during_a_suspension_is_kept_until_the_case_is_resumed(run: Run):
    catch = '<intermediateCatchEvent id="w"><signalEventDefinition signalRef="sig"/></intermediateCatchEvent>'
    model = process(
        "p", f'<startEvent id="s"/><endEvent id="e"/>{catch}' + tasks("t"), "s > w > t > e"
    )
    run.deploy(file('<signal id="sig" name="sig"/>', model)).start()
    run.do(lambda tx: instances.suspend(tx, run.case, "audit"))
    assert run.signal("sig").at() == {"w"}
    run.do(lambda tx: instances.resume(tx, run.case))
    assert run.at() == {"t"}


def test_what_was_left_to_a_worker_ends_with_its_case(run: Run):
    names = [f"a{number}" for number in range(600)]
    run.deploy(simple("p", tasks(" ".join(names), "task"), " > ".join(["s", *names, "e"]))).start()
    run.do(lambda tx: instances.cancel(tx, run.case, "wrong client"))
    assert run.work().state == "terminated"
    assert run.ask(lambda tx: jobs.of_case(tx, run.case)) == []


def test_of_several_who_start_a_process_for_one_record_one_wins(run: Run):
    about = '<extensionElements><kontor:definition subject="deal" unique="subject"/></extensionElements>'
    ends = '<startEvent id="s"/><endEvent id="e"/>'
    run.deploy(file(process("p", about + ends + tasks("a"), "s > a > e")))
    run.subjects.records["deal:1"] = {"id": 1}

    def start(_: int) -> str:
        try:
            run.do(lambda tx: instances.start(tx, "p", {}, "deal:1"))
        except Rejection as refused:
            return refused.reason
        return "started"

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(start, range(6))) == [*["conflict"] * 5, "started"]
