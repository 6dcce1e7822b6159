"""What a case waits for moves with it to another version of its definition."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import instances
from engine.waiting.timers import timers
from ledger.rejection import Rejection
from tests.support.models import boundary, file, process, simple, sub, timer
from tests.support.models import tasks as drawn
from tests.support.moving import MESSAGES, kinds, look, migrate, rows
from tests.support.running import Run


def test_a_kept_timer_keeps_its_instant_a_new_one_is_set_and_one_that_is_gone_never_fires(run: Run):
    old = (
        drawn("a x y") + boundary("kept", "a", timer("PT2H")) + boundary("gone", "a", timer("PT1H"))
    )
    new = (
        drawn("a x y")
        + boundary("kept", "a", timer("PT9H"))
        + boundary("new", "a", timer("PT30M"), interrupting=False)
    )
    run.deploy(simple("p", old, "s > a > e\nkept > x > e\ngone > y > e")).start()
    run.wait(minutes=10)
    run.deploy(simple("p", new, "s > a > e\nkept > x > e\nnew > y > e"))
    assert kinds(look(run)) == ["event_added", "event_removed"]
    migrate(run)
    assert {row.element for row in rows(run, timers)} == {"kept", "new"}
    assert run.wait(minutes=31).at() == {"a", "y"}
    assert run.wait(minutes=50).at() == {"a", "y"}
    assert run.wait(minutes=30).at() == {"x", "y"}


def test_a_boundary_event_that_fired_already_does_not_fire_again(run: Run):
    model = drawn("a x") + boundary("b", "a", timer("PT1H"), interrupting=False)
    run.deploy(simple("p", model, "s > a > e\nb > x > e")).start().wait(hours=2)
    assert run.tokens() == ["a", "x"]
    run.deploy(simple("p", model + drawn("z"), "s > a > z > e\nb > x > e"))
    migrate(run)
    assert run.wait(days=2).tokens() == ["a", "x"]


@pytest.mark.parametrize(
    ("waited_for", "happen"),
    [
        ('<messageEventDefinition messageRef="m"/>', lambda run: run.message("paid")),
        ('<signalEventDefinition signalRef="g"/>', lambda run: run.signal("stop")),
        (
            "<conditionalEventDefinition><condition>amount &gt; 5</condition></conditionalEventDefinition>",
            lambda run: run.do(lambda tx: instances.set_variables(tx, run.case, {"amount": 6})),
        ),
    ],
)
def test_what_is_the_same_in_both_versions_is_waited_for_on(
    run: Run, waited_for: str, happen: Callable[[Run], object]
):
    def model(more: str, flow: str) -> bytes:
        elements = f'<startEvent id="s"/><endEvent id="e"/>{drawn("a x")}{more}'
        caught = boundary("b", "a", waited_for)
        return file(MESSAGES, process("p", elements + caught, f"s > a > e\nb > {flow} > e"))

    run.deploy(model("", "x")).start(amount=1)
    run.deploy(model(drawn("y"), "x > y"))
    assert kinds(look(run)) == []
    migrate(run)
    happen(run)
    assert run.at() == {"x"}
    assert run.complete("x").at() == {"y"}


def test_a_message_that_is_called_otherwise_is_waited_for_by_its_new_name(run: Run):
    def model(message: str) -> bytes:
        catch = f'<receiveTask id="a" messageRef="{message}"/>'
        return file(
            MESSAGES, process("p", f'<startEvent id="s"/><endEvent id="e"/>{catch}', "s > a > e")
        )

    run.deploy(model("m")).start().deploy(model("n"))
    migrate(run)
    with pytest.raises(Rejection):
        run.message("paid")
    assert run.message("called").state == "completed"


def test_a_gateway_that_waits_for_events_waits_for_those_of_the_new_version(run: Run):
    def model(second: str, more: str) -> bytes:
        elements = (
            '<startEvent id="s"/><endEvent id="e"/><eventBasedGateway id="w"/>'
            f'<intermediateCatchEvent id="t">{timer("PT1H")}</intermediateCatchEvent>'
            f'<intermediateCatchEvent id="{second}">{more}</intermediateCatchEvent>'
        )
        return file(MESSAGES, process("p", elements, f"s > w\nw > t > e\nw > {second} > e"))

    run.deploy(model("paid", '<messageEventDefinition messageRef="m"/>')).start()
    run.deploy(model("stop", '<signalEventDefinition signalRef="g"/>'))
    migrate(run)
    with pytest.raises(Rejection):
        run.message("paid")
    assert run.signal("stop").state == "completed"


def test_a_condition_is_watched_in_its_new_form(run: Run):
    def model(text: str) -> bytes:
        catch = f"<conditionalEventDefinition><condition>{text}</condition></conditionalEventDefinition>"
        return simple(
            "p", f'<intermediateCatchEvent id="a">{catch}</intermediateCatchEvent>', "s > a > e"
        )

    run.deploy(model("amount &gt; 10")).start(amount=1).deploy(model("amount &gt; 5"))
    migrate(run)
    run.do(lambda tx: instances.set_variables(tx, run.case, {"amount": 6}))
    assert run.state == "completed"


def test_event_subprocesses_are_armed_kept_and_withdrawn(run: Run):
    def beside(key: str, message: str) -> str:
        event = f'<messageEventDefinition messageRef="{message}"/>'
        start = f'<startEvent id="{key}_s" isInterrupting="false">{event}</startEvent>'
        return sub(
            key,
            f'{start}<userTask id="{key}_t"/><endEvent id="{key}_e"/>',
            f"{key}_s > {key}_t > {key}_e",
            'triggeredByEvent="true"',
        )

    def model(*parts: str) -> bytes:
        elements = '<startEvent id="s"/><endEvent id="e"/><userTask id="a"/>' + "".join(parts)
        return file(MESSAGES, process("p", elements, "s > a > e"))

    run.deploy(model(beside("x", "m"))).start().deploy(model(beside("y", "n")))
    migrate(run)
    with pytest.raises(Rejection):
        run.message("paid")
    assert run.message("called").at() == {"a", "y_t"}
    run.deploy(model(beside("y", "n"), beside("x", "m")))
    migrate(run, 3)
    assert run.message("paid").at() == {"a", "y_t", "x_t"}


def test_a_suspended_case_moves_and_nothing_in_it_happens_until_it_is_resumed(run: Run):
    run.deploy(simple("p", drawn("a x"), "s > a > e\na > x")).start()
    run.do(lambda tx: instances.suspend(tx, run.case))
    model = drawn("a x") + boundary("b", "a", timer("PT1H"))
    run.deploy(simple("p", model, "s > a > e\nb > x > e"))
    migrate(run)
    assert run.wait(hours=3).at() == {"a"}
    run.do(lambda tx: instances.resume(tx, run.case))
    assert run.work().at() == {"x"}
