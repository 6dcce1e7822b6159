"""Events at every place: timers, messages, signals, errors, escalations, links, conditions (BPMN 13.5)."""

from __future__ import annotations

from functools import partial

import pytest

from engine import instances
from ledger.rejection import Rejection
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


def test_an_interrupting_cycle_fires_once_and_interrupts(run: Run):
    run.deploy(
        simple(
            "p",
            tasks("a b") + boundary("again", "a", timer("R3/PT1H", "timeCycle")),
            "s > a > e\n again > b > e",
        )
    )
    assert run.start().wait(hours=9).tokens() == ["b"]


def test_a_message_reaches_the_case_with_the_right_key(run: Run):
    key = (
        '<extensionElements><kontor:correlation key="order" value="order_id"/></extensionElements>'
    )
    elements = ENDS + catch("w", key + '<messageEventDefinition messageRef="msg"/>') + tasks("a")
    run.deploy(file(MESSAGE, process("p", elements, "s > w > a > e")))
    first = run.start(order_id=17).case
    second = run.start(order_id=18).case
    run.message("msg", {"order": 18}, colour="red")
    run.case = second
    assert run.at() == {"a"}
    assert run.variables["colour"] == "red"
    run.case = first
    assert run.at() == {"w"}


def test_a_message_without_key_goes_to_the_only_one_that_waits(run: Run):
    run.deploy(
        file(
            MESSAGE,
            process(
                "p", ENDS + catch("w", '<messageEventDefinition messageRef="msg"/>'), "s > w > e"
            ),
        )
    )
    with pytest.raises(Rejection, match="a case that waits for message msg"):
        run.message("msg")
    run.start().start()
    with pytest.raises(Rejection, match="but 2 do"):
        run.message("msg")
    assert run.state == "active"


def test_a_message_starts_a_process_that_begins_with_it(run: Run):
    start = '<startEvent id="s"><messageEventDefinition messageRef="msg"/></startEvent><endEvent id="e"/>'
    run.deploy(file(MESSAGE, process("p", start + tasks("a"), "s > a > e"))).message(
        "msg", amount=5
    )
    run.case = max(run.trace.instances)
    assert run.at() == {"a"}
    assert run.variables == {"amount": 5}


def test_a_receive_task_waits_for_its_message(run: Run):
    run.deploy(
        file(
            MESSAGE,
            process(
                "p", ENDS + '<receiveTask id="r" messageRef="msg"/>' + tasks("a"), "s > r > a > e"
            ),
        )
    )
    assert run.start().message("msg", ok=True).at() == {"a"}
    assert run.variables == {"ok": True}


def test_a_sent_message_reaches_the_other_pool(run: Run):
    first = process("p", ENDS + '<sendTask id="send" messageRef="msg"/>', "s > send > e")
    second = process(
        "q",
        '<startEvent id="s2"/><endEvent id="e2"/><userTask id="after"/>'
        + catch("w", '<messageEventDefinition messageRef="msg"/>'),
        "s2 > w > after > e2",
    )
    run.deploy(file(MESSAGE, first, second)).start("q")
    waiting = run.case
    run.start("p", colour="red").work()
    assert run.state == "completed"
    run.case = waiting
    assert run.at() == {"after"}
    assert run.variables == {"colour": "red"}


def test_a_signal_reaches_every_case_that_waits(run: Run):
    run.deploy(
        file(
            SIGNAL,
            process(
                "p",
                ENDS + catch("w", '<signalEventDefinition signalRef="sig"/>') + tasks("a"),
                "s > w > a > e",
            ),
        )
    )
    found = [run.start().case for _ in range(3)]
    run.signal("sig")
    for run.case in found:
        assert run.at() == {"a"}


def test_a_thrown_signal_reaches_the_branch_beside_it_and_other_cases(run: Run):
    other = process(
        "q",
        '<startEvent id="s2"/><endEvent id="e2"/>'
        + catch("w2", '<signalEventDefinition signalRef="sig"/>'),
        "s2 > w2 > e2",
    )
    here = process(
        "p",
        ENDS
        + '<parallelGateway id="f"/>'
        + throw("t", '<signalEventDefinition signalRef="sig"/>')
        + catch("w", '<signalEventDefinition signalRef="sig"/>')
        + tasks("a"),
        "s > f\n f > t > e\n f > w > a > e",
    )
    run.deploy(file(SIGNAL, here, other)).start("q")
    waiting = run.case
    assert run.start("p").work().at() == {"a"}
    run.case = waiting
    assert run.state == "completed"


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


CONDITION = "<conditionalEventDefinition><condition>{0}</condition></conditionalEventDefinition>"


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


EVENT_SUB = '<startEvent id="es" isInterrupting="{0}">{1}</startEvent><endEvent id="ee"/><userTask id="inside"/>'


@pytest.mark.parametrize(
    ("interrupting", "left"), [("true", {"inside"}), ("false", {"inside", "a"})]
)
def test_an_event_sub_process_starts_beside_or_instead(run: Run, interrupting: str, left: set[str]):
    event = sub(
        "esp",
        EVENT_SUB.format(interrupting, '<messageEventDefinition messageRef="msg"/>'),
        "es > inside > ee",
        'triggeredByEvent="true"',
    )
    run.deploy(file(MESSAGE, process("p", ENDS + tasks("a") + event, "s > a > e"))).start().message(
        "msg"
    )
    assert run.at() == left
    run.complete("inside")
    if "a" in left:
        run.message("msg").complete("inside").complete("a")
    assert run.state == "completed"


def test_an_event_sub_process_catches_an_error_of_its_scope(run: Run):
    event = sub(
        "esp",
        EVENT_SUB.format("true", '<errorEventDefinition errorRef="err"/>'),
        "es > inside > ee",
        'triggeredByEvent="true"',
    )
    inner = sub(
        "inner",
        '<startEvent id="i"/><parallelGateway id="f"/>'
        + tasks("x y")
        + end("bad", '<errorEventDefinition errorRef="err"/>')
        + event,
        "i > f\n f > x\n f > y > bad",
    )
    run.deploy(
        file(ERROR, process("p", ENDS + inner + tasks("t"), "s > inner > t > e"))
    ).start().complete("y")
    assert run.at() == {"inside"}
    assert run.complete("inside").at() == {"t"}


def test_a_repeating_timer_starts_an_event_sub_process_again_and_again(run: Run):
    event = sub(
        "esp",
        EVENT_SUB.format("false", timer("R2/PT1H", "timeCycle")),
        "es > inside > ee",
        'triggeredByEvent="true"',
    )
    run.deploy(simple("p", tasks("a") + event, "s > a > e")).start().wait(hours=5)
    assert run.tokens() == ["a", "inside", "inside"]


def test_a_timer_starts_a_case_as_often_as_it_says(run: Run):
    start = f'<startEvent id="s">{timer("R2/P1D", "timeCycle")}</startEvent><endEvent id="e"/>'
    run.deploy(file(process("p", start + script("a", "{}"), "s > a > e")))
    run.wait(hours=23)
    assert run.path() == []
    run.wait(days=9)
    assert run.path().count("e") == 2


KEYS = (
    '<itemDefinition id="any"/><message id="msg" name="msg" itemRef="any"/>'
    '<correlationProperty id="nr"><correlationPropertyRetrievalExpression messageRef="msg">'
    "<messagePath>order.id</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
)
SUBSCRIPTION = (
    '<correlationSubscription id="cs" correlationKeyRef="key"><correlationPropertyBinding correlationPropertyRef="nr">'
    "<dataPath>own_id</dataPath></correlationPropertyBinding></correlationSubscription>"
)
COLLABORATION = (
    '<collaboration id="co"><participant id="pp" processRef="p"/>'
    '<correlationKey id="key"><correlationPropertyRef>nr</correlationPropertyRef></correlationKey></collaboration>'
)


def test_the_keys_of_the_standard_find_the_case_in_the_message(run: Run):
    waiting = catch("w", '<messageEventDefinition messageRef="msg"/>')
    model = file(
        KEYS,
        process("p", ENDS + waiting + tasks("a") + SUBSCRIPTION, "s > w > a > e"),
        COLLABORATION,
    )
    run.deploy(model)
    first = run.start(own_id=17).case
    run.start(own_id=18)
    run.message("msg", order={"id": 18})
    assert run.at() == {"a"}
    run.case = first
    assert run.at() == {"w"}


def test_a_message_flow_leads_to_its_pool_alone(run: Run):
    waiting = catch("{0}w", '<messageEventDefinition messageRef="msg"/>') + '<userTask id="{0}a"/>'
    sender = process("p", ENDS + '<sendTask id="send" messageRef="msg"/>', "s > send > e")
    others = [
        process(
            name,
            f'<startEvent id="{name}s"/><endEvent id="{name}e"/>' + waiting.format(name),
            f"{name}s > {name}w > {name}a > {name}e",
        )
        for name in ("q", "r")
    ]
    pools = (
        '<collaboration id="co"><participant id="pp" processRef="p"/><participant id="pr" processRef="r"/>'
        '<messageFlow id="mf" sourceRef="send" targetRef="rw"/></collaboration>'
    )
    run.deploy(file(MESSAGE, pools, sender, *others))
    first, second = run.start("q").case, run.start("r").case
    run.start("p").work()
    run.case = first
    assert run.at() == {"qw"}
    run.case = second
    assert run.at() == {"ra"}
