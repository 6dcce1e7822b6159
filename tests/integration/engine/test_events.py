"""Events at every place: timers, errors, escalations, links, conditions (BPMN 13.5)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from engine import instances
from ledger.clock import VirtualClock
from tests.support.models import boundary, file, process, script, simple, sub, tasks, timer
from tests.support.running import Run

SIGNAL = '<signal id="sig" name="sig"/>'
MESSAGE = '<message id="msg" name="msg"/>'
ERROR = '<error id="err" name="Too much" errorCode="E1"/><error id="other" errorCode="E2"/>'
ESCALATION = '<escalation id="esc" escalationCode="X"/>'
ENDS = '<startEvent id="s"/><endEvent id="e"/>'


def catch(key: str, definition: str) -> str:
    return f'<intermediateCatchEvent id="{key}">{definition}</intermediateCatchEvent>'


def throw(key: str, definition: str) -> str:
    return f'<intermediateThrowEvent id="{key}">{definition}</intermediateThrowEvent>'


def end(key: str, definition: str) -> str:
    return f'<endEvent id="{key}">{definition}</endEvent>'


CONDITION = "<conditionalEventDefinition><condition>{0}</condition></conditionalEventDefinition>"


def test_a_timer_waits_its_time(run: Run):
    run.deploy(simple("p", catch("w", timer("PT2H")) + tasks("a"), "s > w > a > e")).start()
    assert run.wait(hours=1).at() == {"w"}
    assert run.wait(hours=1).at() == {"a"}


def test_a_timer_may_be_computed_and_may_name_a_date(run: Run):
    run.deploy(simple("p", catch("w", timer("until", "timeDate")) + tasks("a"), "s > w > a > e"))
    run.start(until="2026-01-07T00:00:00Z")
    assert run.wait(days=1).at() == {"w"}
    assert run.wait(days=1).at() == {"a"}


def test_an_interrupting_timer_cancels_the_task(run: Run):
    run.deploy(
        simple("p", tasks("a b") + boundary("late", "a", timer("P1D")), "s > a > e\n late > b > e")
    ).start()
    assert run.wait(days=2).at() == {"b"}
    assert run.complete("b").state == "completed"


def test_a_task_done_in_time_takes_its_timer_away(run: Run):
    run.deploy(
        simple(
            "p",
            tasks("a b c") + boundary("late", "a", timer("P1D")),
            "s > a > c > e\n late > b > e",
        )
    ).start()
    assert run.complete("a").wait(days=2).at() == {"c"}


def test_a_cycle_that_does_not_interrupt_fires_as_often_as_it_says(run: Run):
    border = boundary("again", "a", timer("R3/PT1H", "timeCycle"), interrupting=False)
    run.deploy(simple("p", tasks("a b") + border, "s > a > e\n again > b > e")).start()
    assert run.wait(hours=2).tokens() == ["a", "b", "b"]
    assert run.wait(hours=9).tokens() == ["a", "b", "b", "b"]


def test_what_an_endless_cycle_missed_is_made_up_for_once(run: Run):
    border = boundary("again", "a", timer("R/PT1H", "timeCycle"), interrupting=False)
    run.deploy(simple("p", tasks("a b") + border, "s > a > e\n again > b > e")).start()
    clock = run.store.clock
    assert isinstance(clock, VirtualClock)
    clock.move_to(clock.now + timedelta(days=365, minutes=5))
    assert run.work().tokens() == ["a", "b"]
    assert run.wait(minutes=50).tokens() == ["a", "b"]
    assert run.wait(minutes=5).tokens() == ["a", "b", "b"]


def test_an_interrupting_cycle_fires_once_and_interrupts(run: Run):
    run.deploy(
        simple(
            "p",
            tasks("a b") + boundary("again", "a", timer("R3/PT1H", "timeCycle")),
            "s > a > e\n again > b > e",
        )
    )
    assert run.start().wait(hours=9).tokens() == ["b"]


def test_an_error_is_caught_at_the_nearest_border_by_its_code(run: Run):
    inner = sub(
        "inner",
        '<startEvent id="i"/>' + end("bad", '<errorEventDefinition errorRef="err"/>'),
        "i > bad",
    )
    outer = sub(
        "outer",
        '<startEvent id="o"/><endEvent id="oe"/>'
        + inner
        + boundary("wrong", "inner", '<errorEventDefinition errorRef="other"/>')
        + tasks("no"),
        "o > inner > oe\n wrong > no",
    )
    elements = ENDS + outer + boundary("any", "outer", "<errorEventDefinition/>") + tasks("caught")
    run.deploy(file(ERROR, process("p", elements, "s > outer > e\n any > caught > e")))
    assert run.start().at() == {"caught"}


def test_a_named_code_goes_before_any(run: Run):
    inner = sub(
        "inner",
        '<startEvent id="i"/>' + end("bad", '<errorEventDefinition errorRef="err"/>'),
        "i > bad",
    )
    borders = boundary("any", "inner", "<errorEventDefinition/>") + boundary(
        "one", "inner", '<errorEventDefinition errorRef="err"/>'
    )
    run.deploy(
        file(
            ERROR,
            process(
                "p",
                ENDS + inner + borders + tasks("a b"),
                "s > inner > e\n any > a > e\n one > b > e",
            ),
        )
    )
    assert run.start().at() == {"b"}


def test_an_error_that_nobody_catches_ends_the_case(run: Run):
    model = process(
        "p",
        '<startEvent id="s"/><parallelGateway id="f"/>'
        + tasks("a b")
        + end("bad", '<errorEventDefinition errorRef="err"/>'),
        "s > f\n f > a\n f > b > bad",
    )
    run.deploy(file(ERROR, model)).start().complete("b")
    assert run.state == "terminated"
    assert "error_uncaught" in [step.event for step in run.trace.steps]
    assert run.at() == set()


def test_an_escalation_goes_on_where_its_border_does_not_interrupt(run: Run):
    inner = sub(
        "inner",
        '<startEvent id="i"/><endEvent id="o"/>'
        + throw("up", '<escalationEventDefinition escalationRef="esc"/>')
        + tasks("a"),
        "i > up > a > o",
    )
    border = boundary(
        "told", "inner", '<escalationEventDefinition escalationRef="esc"/>', interrupting=False
    )
    run.deploy(
        file(
            ESCALATION,
            process("p", ENDS + inner + border + tasks("b"), "s > inner > e\n told > b > e"),
        )
    )
    assert run.start().at() == {"a", "b"}


def test_terminate_ends_everything_in_its_scope_alone(run: Run):
    inner = sub(
        "inner",
        '<startEvent id="i"/><parallelGateway id="f"/>'
        + tasks("a b")
        + end("stop", "<terminateEventDefinition/>"),
        "i > f\n f > a\n f > b > stop",
    )
    run.deploy(simple("p", inner + tasks("t"), "s > inner > t > e")).start().complete("b")
    assert run.at() == {"t"}
    assert run.complete("t").state == "completed"


def test_a_link_leads_to_its_other_half(run: Run):
    one, two = (
        throw("l1", '<linkEventDefinition name="x"/>'),
        catch("l2", '<linkEventDefinition name="x"/>'),
    )
    run.deploy(simple("p", one + two + tasks("a"), "s > l1\n l2 > a > e"))
    assert run.start().at() == {"a"}


def test_a_condition_is_asked_when_what_it_names_changes(run: Run):
    model = simple(
        "p",
        '<parallelGateway id="f"/>'
        + catch("w", CONDITION.format("x > 5".replace(">", "&gt;")))
        + tasks("a b"),
        "s > f\n f > w > a > e\n f > b > e",
    )
    run.deploy(model).start(x=1)
    assert run.at() == {"w", "b"}
    run.do(lambda tx: instances.set_variables(tx, run.case, {"x": 5}))
    assert run.at() == {"w", "b"}
    run.do(lambda tx: instances.set_variables(tx, run.case, {"x": 6}))
    assert run.at() == {"a", "b"}


def test_a_condition_at_a_border_fires_each_time_it_becomes_true(run: Run):
    border = boundary("hot", "a", CONDITION.format("x &gt; 5"), interrupting=False)
    run.deploy(simple("p", tasks("a b") + border, "s > a > e\n hot > b > e")).start(x=1)
    for x in (7, 8, 2, 9):
        run.do(partial(instances.set_variables, case_id=run.case, given={"x": x}))
    assert run.tokens() == ["a", "b", "b"]


def test_any_of_several_events_is_enough_unless_all_are_asked_for(run: Run):
    both = '<messageEventDefinition messageRef="msg"/><signalEventDefinition signalRef="sig"/>'
    any_of = process("p", ENDS + catch("w", both) + tasks("a"), "s > w > a > e")
    all_of = process(
        "q",
        '<startEvent id="s2"/><endEvent id="e2"/><userTask id="a2"/>'
        + catch("w2", both).replace('id="w2"', 'id="w2" parallelMultiple="true"'),
        "s2 > w2 > a2 > e2",
    )
    run.deploy(file(SIGNAL, MESSAGE, any_of, all_of))
    assert run.start("p").signal("sig").at() == {"a"}
    assert run.start("q").signal("sig").at() == {"w2"}
    assert run.message("msg").at() == {"a2"}


def test_a_timer_starts_a_case_as_often_as_it_says(run: Run):
    start = f'<startEvent id="s">{timer("R2/P1D", "timeCycle")}</startEvent><endEvent id="e"/>'
    run.deploy(file(process("p", start + script("a", "{}"), "s > a > e")))
    run.wait(hours=23)
    assert run.path() == []
    run.wait(days=9)
    assert run.path().count("e") == 2
