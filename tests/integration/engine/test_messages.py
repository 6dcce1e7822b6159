"""Messages and signals find who waits for them, here and in other cases (BPMN 8.4.2, 10.5.5)."""

from __future__ import annotations

import pytest

from ledger.rejection import Rejection
from tests.support.models import file, process, tasks
from tests.support.running import Run

SIGNAL = '<signal id="sig" name="sig"/>'
MESSAGE = '<message id="msg" name="msg"/>'
ENDS = '<startEvent id="s"/><endEvent id="e"/>'


def catch(key: str, definition: str) -> str:
    return f'<intermediateCatchEvent id="{key}">{definition}</intermediateCatchEvent>'


def throw(key: str, definition: str) -> str:
    return f'<intermediateThrowEvent id="{key}">{definition}</intermediateThrowEvent>'


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


def test_who_sends_a_message_that_nobody_takes_is_told(run: Run):
    end = '<endEvent id="out"><messageEventDefinition messageRef="msg"/></endEvent>'
    start = '<startEvent id="s"/>'
    run.deploy(file(MESSAGE, process("p", start + end, "s > out"))).start().work()
    assert run.state == "completed"
    assert run.events()[-1] == "message_dropped"
