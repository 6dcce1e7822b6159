"""Event sub-processes start beside what runs or instead of it (BPMN 13.5.4)."""

from __future__ import annotations

import pytest

from tests.support.models import file, process, simple, sub, tasks, timer
from tests.support.running import Run

MESSAGE = '<message id="msg" name="msg"/>'
ERROR = '<error id="err" name="Too much" errorCode="E1"/><error id="other" errorCode="E2"/>'
ENDS = '<startEvent id="s"/><endEvent id="e"/>'


def end(key: str, definition: str) -> str:
    return f'<endEvent id="{key}">{definition}</endEvent>'


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
