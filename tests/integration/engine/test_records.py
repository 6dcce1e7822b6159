"""A record's change reaches the processes: waiting conditions, starts, chains (`deal.…`, `client.…`)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine import clocks, conditions, timers, user_tasks
from ledger.event_log import events
from tests.support.models import boundary, file, process, simple, tasks
from tests.support.running import Run

ABOUT = '<extensionElements><kontor:definition subject="deal"/>{0}</extensionElements>'
CONDITION = "<conditionalEventDefinition><condition>{0}</condition></conditionalEventDefinition>"
ENDS = '<startEvent id="s"/><endEvent id="e"/>'


def deal(run: Run, number: int = 1, **fields: Any) -> str:
    run.subjects.records[f"deal:{number}"] = {"id": number, **fields}
    return f"deal:{number}"


def change(run: Run, subject: str, **fields: Any) -> None:
    paths: dict[tuple[str, ...], Any] = {
        (subject.split(":", maxsplit=1)[0], name): value for name, value in fields.items()
    }
    run.do(lambda tx: run.subjects.set_fields(tx, subject, paths))


def test_a_condition_on_a_record_is_asked_when_the_record_changes(run: Run):
    wait = f'<intermediateCatchEvent id="w">{CONDITION.format("deal.amount &gt; 100")}</intermediateCatchEvent>'
    model = file(process("p", ABOUT.format("") + ENDS + wait + tasks("a"), "s > w > a > e"))
    run.deploy(model).start(subject=deal(run, amount=5))
    change(run, "deal:1", title="other")
    assert run.work().at() == {"w"}
    change(run, "deal:1", amount=50)
    assert run.work().at() == {"w"}
    change(run, "deal:1", amount=500)
    assert run.at() == {"w"}, "other cases are reached by a delivery, each in its own transaction"
    assert run.work().at() == {"a"}


def test_a_border_watches_the_record_too(run: Run):
    border = boundary("lost", "a", CONDITION.format('deal.stage = "lost"'))
    run.deploy(
        file(
            process(
                "p", ABOUT.format("") + ENDS + tasks("a b") + border, "s > a > e\n lost > b > e"
            )
        )
    )
    run.start(subject=deal(run, stage="new"))
    change(run, "deal:1", stage="lost")
    assert run.work().at() == {"b"}


def test_a_process_starts_when_a_record_becomes_so_and_only_then(run: Run):
    start = ABOUT.format('<kontor:start when="deal.amount &gt; 100"/>')
    run.deploy(file(process("p", start + ENDS + tasks("a"), "s > a > e")))
    deal(run, amount=5)
    change(run, "deal:1", amount=500)
    run.work()
    change(run, "deal:1", amount=600)
    run.work()
    assert len(run.trace.instances) == 1
    change(run, "deal:1", amount=1)
    change(run, "deal:1", amount=700)
    run.work()
    assert len(run.trace.instances) == 2


def test_a_chain_of_changes_without_end_is_cut_and_noted(run: Run):
    up = (
        '<endEvent id="e"><extensionElements><kontor:set field="deal.n" value="= deal.n + 1"/>'
        "</extensionElements></endEvent>"
    )
    start = ABOUT.format('<kontor:start when="odd(deal.n)"/>')
    again = ABOUT.format('<kontor:start when="even(deal.n)"/>')
    one = process("p", start + '<startEvent id="s"/>' + up, "s > e")
    two = process("q", again + '<startEvent id="s2"/>' + up.replace('"e"', '"e2"'), "s2 > e2")
    run.deploy(file(one), file(two))
    deal(run, n=0)
    change(run, "deal:1", n=1)
    run.work()
    cut = run.ask(
        lambda tx: tx.execute(select(events).where(events.c.kind == "change_chain_cut")).all()
    )
    assert len(cut) == 1
    assert len(run.trace.instances) == conditions.DEEPEST


STAGE = """<userTask id="a"><extensionElements><kontor:stage id="a"/><kontor:clock kind="stage" deadline="PT4H"/>
</extensionElements></userTask>"""
BOUND = "<timerEventDefinition><extensionElements><kontor:stageClock/></extensionElements></timerEventDefinition>"


def clock_of(run: Run) -> int:
    row = run.ask(lambda tx: user_tasks.get(tx, run.task("a")))
    return int(row.clock_id)


def test_an_event_bound_to_the_stage_clock_happens_when_the_clock_is_due(run: Run):
    run.deploy(
        simple("p", STAGE + tasks("b") + boundary("late", "a", BOUND), "s > a > e\n late > b > e")
    ).start()
    number = clock_of(run)
    assert run.do(lambda tx: timers.clock_due(tx, number)) is True
    assert run.at() == {"b"}
    state = run.ask(lambda tx: tx.execute(select(clocks.clocks.c.closed_as)).scalar_one())
    assert state == "terminated"
    assert run.do(lambda tx: timers.clock_due(tx, number)) is False


def test_a_completed_stage_closes_its_clock(run: Run):
    run.deploy(simple("p", STAGE, "s > a > e")).start().complete("a")
    assert (
        run.ask(lambda tx: tx.execute(select(clocks.clocks.c.closed_as)).scalar_one())
        == "completed"
    )


def test_one_clock_serves_all_instances_of_a_stage(run: Run):
    many = '<multiInstanceLoopCharacteristics kontor:collection="[1, 2, 3]"/>'
    run.deploy(simple("p", STAGE.replace("</userTask>", many + "</userTask>"), "s > a > e")).start()
    rows = run.ask(lambda tx: user_tasks.of_case(tx, run.case))
    assert len({row.clock_id for row in rows}) == 1
    assert rows[0].clock_id is not None
    run.complete("a").complete("a").complete("a")
    assert run.ask(lambda tx: tx.execute(select(clocks.clocks.c.closed_as)).scalars().all()) == [
        "completed"
    ]


def test_a_waiting_stage_holds_the_clock_of_the_case(run: Run):
    about = '<extensionElements><kontor:clock kind="case" deadline="PT8H"/></extensionElements>'
    wait = (
        '<receiveTask id="w" messageRef="msg"><extensionElements><kontor:pause reason="the client"/>'
        "</extensionElements></receiveTask>"
    )
    run.deploy(
        file(
            '<message id="msg" name="msg"/>',
            process("p", about + ENDS + wait + tasks("a"), "s > w > a > e"),
        )
    ).start()
    question = select(clocks.clocks.c.state).where(clocks.clocks.c.kind == "case")
    assert run.ask(lambda tx: tx.execute(question).scalar_one()) == "paused"
    run.message("msg")
    assert run.ask(lambda tx: tx.execute(question).scalar_one()) == "running"
    run.complete("a")
    assert run.ask(lambda tx: tx.execute(question).scalar_one()) == "closed"
