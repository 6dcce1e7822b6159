"""Compensation where it lies deep: in called processes, sub-processes in one another, loops, transactions."""

from __future__ import annotations

from tests.support.models import boundary, file, many, process, script, sub, tasks
from tests.support.running import Run

ENDS = '<startEvent id="s"/><endEvent id="e"/>'
BACK = '<intermediateThrowEvent id="back"><compensateEventDefinition/></intermediateThrowEvent>'


def inside(key: str) -> str:
    return f'<startEvent id="{key}i"/><endEvent id="{key}o"/>'


def undo(activity: str, text: str) -> str:
    """A handler of an activity that writes down what it sees."""
    handler = script(f"un_{activity}", f"{{history: concatenate(history, [{text}])}}")
    return (
        boundary(f"at_{activity}", activity, "<compensateEventDefinition/>")
        + handler.replace("<scriptTask", '<scriptTask isForCompensation="true"')
        + f'<association id="{activity}_a" associationDirection="One" sourceRef="at_{activity}" '
        f'targetRef="un_{activity}"/>'
    )


def test_what_a_called_process_did_is_undone_with_its_values(run: Run):
    called = process(
        "child",
        inside("c") + script("set", "{room: 7}") + tasks("a b") + undo("b", '"b " + string(room)'),
        "ci > set > a > b > co",
    )
    caller = process(
        "p",
        ENDS
        + script("own", "{room: 1}")
        + '<callActivity id="call" calledElement="child"><extensionElements>'
        '<camunda:in variables="all"/></extensionElements></callActivity>' + tasks("t") + BACK,
        "s > own > call > back > t > e",
    )
    run.deploy(file(called, caller)).start(history=[])
    run.complete("a").complete("b")
    assert run.at() == {"t"}
    assert run.variables["room"] == 1
    assert run.path().count("un_b") == 1
    assert run.complete("t").state == "completed"


def test_a_person_undoes_what_a_called_process_did(run: Run):
    called = process(
        "child",
        inside("c")
        + script("set", "{room: 7}")
        + tasks("a")
        + boundary("ab", "a", "<compensateEventDefinition/>")
        + '<userTask id="un_a" isForCompensation="true"/>'
        '<association id="x" associationDirection="One" sourceRef="ab" targetRef="un_a"/>',
        "ci > set > a > co",
    )
    caller = process(
        "p",
        ENDS + '<callActivity id="call" calledElement="child"/>' + tasks("t") + BACK,
        "s > call > back > t > e",
    )
    run.deploy(file(called, caller)).start().complete("a")
    assert run.tokens() == ["back", "un_a"]
    assert run.complete("un_a", room=8).at() == {"t"}
    assert "room" not in run.variables
    assert run.complete("t").state == "completed"


def test_undoing_a_called_process_can_be_cancelled_with_the_case(run: Run):
    called = process(
        "child",
        inside("c")
        + tasks("a")
        + boundary("ab", "a", "<compensateEventDefinition/>")
        + '<userTask id="un_a" isForCompensation="true"/>'
        '<association id="x" associationDirection="One" sourceRef="ab" targetRef="un_a"/>',
        "ci > a > co",
    )
    around = sub(
        "around",
        inside("u") + '<callActivity id="call" calledElement="child"/>' + BACK,
        "ui > call > back > uo",
    )
    border = boundary("stop", "around", '<messageEventDefinition messageRef="m"/>')
    run.deploy(
        file(
            '<message id="m" name="m"/>',
            called,
            process("p", ENDS + around + border + tasks("t"), "s > around > e\n stop > t > e"),
        )
    ).start().complete("a")
    assert run.tokens() == ["back", "un_a"]
    assert run.message("m").tokens() == ["t"]
    assert run.complete("t").state == "completed"


def test_a_handler_two_levels_down_sees_the_values_of_both(run: Run):
    inner = sub(
        "inner",
        inside("n")
        + script("low", "{low: 2}")
        + tasks("a")
        + undo("a", "string(high) + string(low)"),
        "ni > low > a > no",
    )
    outer = sub("outer", inside("u") + script("up", "{high: 1}") + inner, "ui > up > inner > uo")
    run.deploy(
        file(process("p", ENDS + outer + tasks("t") + BACK, "s > outer > back > t > e"))
    ).start(history=[])
    assert run.complete("a").at() == {"t"}
    assert run.variables["history"] == ["12"]


def test_instances_of_a_sub_process_are_undone_the_last_first_each_with_its_own(run: Run):
    body = sub(
        "body",
        many('isSequential="true" kontor:collection="[1,2,3]" kontor:item="n"')
        + inside("b")
        + script("set", "{twice: n * 2}")
        + tasks("a")
        + undo("a", 'string(n) + "/" + string(twice)'),
        "bi > set > a > bo",
    )
    run.deploy(
        file(process("p", ENDS + body + tasks("t") + BACK, "s > body > back > t > e"))
    ).start(history=[])
    run.complete("a").complete("a").complete("a")
    assert run.variables["history"] == ["3/6", "2/4", "1/2"]
    assert run.complete("t").state == "completed"


def test_a_transaction_in_a_transaction_cancels_alone_and_is_undone_with_the_outer(run: Run):
    inner = sub(
        "inner",
        inside("n") + tasks("a") + undo("a", '"a"'),
        "ni > a > no",
        kind="transaction",
    )
    outer = sub(
        "outer",
        inside("u")
        + inner
        + tasks("b")
        + undo("b", '"b"')
        + '<exclusiveGateway id="g" default="g_uo"/>'
        + '<endEvent id="no_way"><cancelEventDefinition/></endEvent>',
        "ui > inner > b > g\n g > no_way [bad]\n g > uo",
        kind="transaction",
    )
    border = boundary("cancelled", "outer", "<cancelEventDefinition/>")
    run.deploy(
        file(process("p", ENDS + outer + border + tasks("t"), "s > outer > e\n cancelled > t > e"))
    ).start(history=[])
    run.complete("a").complete("b", bad=True)
    assert run.at() == {"t"}
    assert run.variables["history"] == ["b", "a"]


def test_a_cancelled_instance_of_a_transaction_leaves_by_the_border_of_all(run: Run):
    inner = sub(
        "tx",
        many(inside="<loopCardinality>3</loopCardinality>")
        + '<startEvent id="i"/><endEvent id="no"><cancelEventDefinition/></endEvent>'
        + tasks("a b")
        + undo("a", '"a"'),
        "i > a > b > no",
        kind="transaction",
    )
    border = boundary("cancelled", "tx", "<cancelEventDefinition/>")
    run.deploy(
        file(process("p", ENDS + inner + border + tasks("t"), "s > tx > e\n cancelled > t > e"))
    ).start(history=[])
    run.complete("a").complete("b")
    assert run.tokens() == ["t"]
    assert run.variables["history"] == ["a"]
    assert run.complete("t").state == "completed"


def test_an_event_sub_process_undoes_a_completed_sub_process(run: Run):
    event = sub(
        "esp",
        '<startEvent id="es"><compensateEventDefinition/></startEvent><endEvent id="eo"/>'
        + script("all", "{history: concatenate(history, [string(n)])}"),
        "es > all > eo",
        'triggeredByEvent="true"',
    )
    inner = sub(
        "u", inside("u") + script("set", "{n: 5}") + tasks("a") + event, "ui > set > a > uo"
    )
    run.deploy(file(process("p", ENDS + inner + tasks("t") + BACK, "s > u > back > t > e"))).start(
        history=[]
    )
    assert run.complete("a").at() == {"t"}
    assert run.variables["history"] == ["5"]
