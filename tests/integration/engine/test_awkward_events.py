"""Events, loops and calls in one another's way (BPMN 13)."""

from __future__ import annotations

from engine import instances
from tests.support.models import boundary, file, many, process, script, sub, tasks, timer
from tests.support.running import Run

ENDS = '<startEvent id="s"/><endEvent id="e"/>'
MESSAGES = '<message id="m" name="m"/><signal id="sig" name="sig"/>'
ERRORS = '<error id="err" errorCode="A"/><escalation id="esc" escalationCode="X"/>'
SIGNAL = '<signalEventDefinition signalRef="sig"/>'
MESSAGE = '<messageEventDefinition messageRef="m"/>'
ERROR = '<errorEventDefinition errorRef="err"/>'
ESCALATION = '<escalationEventDefinition escalationRef="esc"/>'
LARGE = "<conditionalEventDefinition><condition>n &gt; 2</condition></conditionalEventDefinition>"
COUNT = script("x", "{n: n + 1}")


def inside(key: str) -> str:
    return f'<startEvent id="{key}i"/><endEvent id="{key}o"/>'


def end(key: str, definition: str) -> str:
    return f'<endEvent id="{key}">{definition}</endEvent>'


def event_sub(definition: str, *, interrupting: bool, last: str = "") -> str:
    flag = str(interrupting).lower()
    start = f'<startEvent id="es" isInterrupting="{flag}">{definition}</startEvent>'
    flows = "es > h > eo" if last else "es > h"
    ending = end("eo", last) if last else ""
    return sub("esp", start + tasks("h") + ending, flows, 'triggeredByEvent="true"')


def deploy(run: Run, elements: str, flows: str, *more: str) -> Run:
    return run.deploy(file(MESSAGES, ERRORS, *more, process("p", ENDS + elements, flows)))


def test_a_signal_end_starts_what_interrupts_its_own_scope(run: Run):
    elements = '<parallelGateway id="f"/>' + tasks("a b") + end("out", SIGNAL)
    event = event_sub(SIGNAL, interrupting=True)
    deploy(run, elements + event, "s > f\n f > a > out\n f > b > e").start().complete("a")
    assert run.tokens() == ["h"]
    assert run.complete("h").state == "completed"


def test_a_script_makes_a_condition_true_that_interrupts_it(run: Run):
    event = event_sub(LARGE, interrupting=True)
    deploy(run, COUNT + tasks("a") + event, "s > a > x > e").start(n=2).complete("a")
    assert run.tokens() == ["h"]


def test_a_condition_starts_again_only_after_it_was_false(run: Run):
    event = event_sub(LARGE, interrupting=False)
    deploy(run, tasks("a b c d") + event, "s > a > b > c > d > e").start(n=0)
    assert run.complete("a", n=3).tokens() == ["b", "h"]
    assert run.complete("b", n=4).tokens() == ["c", "h"]
    assert run.complete("c", n=1).complete("d", n=9).tokens() == ["h", "h"]


def test_each_instance_escalates_to_the_border_of_all(run: Run):
    number = many(inside="<loopCardinality>3</loopCardinality>")
    ends = '<startEvent id="bi"/>' + end("bo", ESCALATION)
    body = sub("body", number + ends + tasks("a"), "bi > a > bo")
    border = boundary("b", "body", ESCALATION, interrupting=False)
    deploy(run, body + border + tasks("t"), "s > body > e\n b > t > e").start()
    assert run.complete("a").complete("a").tokens() == ["a", "t", "t"]
    assert run.complete("a").complete("t").complete("t").complete("t").state == "completed"


def test_a_case_is_suspended_and_cancelled_while_something_is_undone(run: Run):
    elements = (
        tasks("a t")
        + boundary("ab", "a", "<compensateEventDefinition/>")
        + '<userTask id="un_a" isForCompensation="true"/>'
        '<association id="x" associationDirection="One" sourceRef="ab" targetRef="un_a"/>'
        '<intermediateThrowEvent id="back"><compensateEventDefinition/></intermediateThrowEvent>'
    )
    deploy(run, elements, "s > a > back > t > e").start().complete("a")
    assert run.tokens() == ["back", "un_a"]
    run.do(lambda tx: instances.suspend(tx, run.case))
    run.do(lambda tx: instances.resume(tx, run.case))
    run.do(lambda tx: instances.cancel(tx, run.case, "enough"))
    assert run.tokens() == []


def test_an_event_gateway_in_a_loop_waits_anew_in_each_round(run: Run):
    elements = (
        '<exclusiveGateway id="m1"/><eventBasedGateway id="g"/>'
        f'<intermediateCatchEvent id="c1">{MESSAGE}</intermediateCatchEvent>'
        f'<intermediateCatchEvent id="c2">{timer("PT1H")}</intermediateCatchEvent>' + tasks("a")
    )
    deploy(run, elements, "s > m1 > g\n g > c1 > m1\n g > c2 > a > e").start()
    for _ in range(3):
        run.wait(minutes=50).message("m")
    assert run.tokens() == ["g"]
    assert run.wait(minutes=61).tokens() == ["a"]


def test_a_border_that_needs_all_and_does_not_interrupt_needs_all_again(run: Run):
    border = (
        '<boundaryEvent id="b" attachedToRef="a" parallelMultiple="true" cancelActivity="false">'
        f"{MESSAGE}{SIGNAL}</boundaryEvent>"
    )
    deploy(run, tasks("a t") + border, "s > a > e\n b > t > e").start()
    assert run.message("m").signal("sig").tokens() == ["a", "t"]
    assert run.message("m").tokens() == ["a", "t"]
    assert run.signal("sig").tokens() == ["a", "t", "t"]


def test_complex_behaviour_ends_the_activity_at_its_condition(run: Run):
    behaviour = (
        '<multiInstanceLoopCharacteristics behavior="Complex"><loopCardinality>4</loopCardinality>'
        "<complexBehaviorDefinition><condition>numberOfCompletedInstances = 2</condition>"
        f'<event id="ie">{SIGNAL}</event></complexBehaviorDefinition></multiInstanceLoopCharacteristics>'
    )
    elements = f'<userTask id="a">{behaviour}</userTask>' + boundary("b", "a", SIGNAL) + tasks("t")
    deploy(run, elements, "s > a > e\n b > t > e").start()
    assert run.complete("a").tokens() == ["a", "a", "a"]
    assert run.complete("a").tokens() == ["t"]


def test_many_calls_gather_what_each_gives(run: Run):
    called = process("child", inside("c") + tasks("a"), "ci > a > co")
    loop = many(
        'kontor:collection="[1,2,3]" kontor:item="n" kontor:outputCollection="ys" '
        'kontor:outputItem="x * 10"'
    )
    call = (
        '<callActivity id="call" calledElement="child"><extensionElements>'
        f'<camunda:in source="n" target="x"/></extensionElements>{loop}</callActivity>'
    )
    deploy(run, call + tasks("t"), "s > call > t > e", called).start()
    assert run.complete("a").complete("a").complete("a").variables["ys"] == [10, 20, 30]


def test_an_error_of_an_error_handler_goes_outward(run: Run):
    event = event_sub(ERROR, interrupting=True, last=ERROR)
    body = '<startEvent id="ui"/>' + end("uo", ERROR) + tasks("a") + event
    inner = sub("u", body, "ui > a > uo")
    border = boundary("b", "u", ERROR)
    deploy(run, inner + border + tasks("t"), "s > u > e\n b > t > e").start().complete("a")
    assert run.tokens() == ["h"]
    assert run.complete("h").tokens() == ["t"]


def test_instances_in_a_sequence_of_an_ad_hoc_sub_process(run: Run):
    number = many(inside="<loopCardinality>2</loopCardinality>")
    free = sub(
        "free",
        f'<userTask id="a">{number}</userTask>'
        + tasks("b c")
        + "<completionCondition>done = true</completionCondition>",
        kind="adHocSubProcess",
        attributes='ordering="Sequential" cancelRemainingInstances="false"',
    )
    deploy(run, free + tasks("t"), "s > free > t > e").start(done=False)
    assert run.tokens() == ["a", "a"]
    assert run.complete("a").complete("a").tokens() == ["b"]
    assert run.complete("b", done=True).tokens() == ["t"]


def test_an_inclusive_join_joins_anew_what_comes_from_a_border(run: Run):
    inner = sub("u", inside("u") + tasks("c"), "ui > c > uo")
    elements = (
        '<inclusiveGateway id="f"/><inclusiveGateway id="j"/>'
        + tasks("a b")
        + inner
        + boundary("b1", "u", MESSAGE, interrupting=False)
    )
    flows = "s > f\n f > a [true]\n f > u [true]\n a > j\n u > j\n b1 > b > j\n j > e"
    deploy(run, elements, flows).start().message("m").complete("a")
    assert run.tokens() == ["b", "c", "j"]
    assert run.complete("c").tokens() == ["b", "j", "j"]
    assert run.complete("b").state == "completed"


def counting(key: str) -> str:
    text = "{stock: (if stock = null then 0 else stock) + 1, seen: stock}"
    reference = f'<dataStoreReference id="{key}r" dataStoreRef="stock"/>'
    elements = inside(key) + reference + tasks(f"{key}a") + script(f"{key}x", text)
    return process(key, elements, f"{key}i > {key}a > {key}x > {key}o")


def test_a_data_store_keeps_what_another_case_wrote(run: Run):
    run.deploy(file('<dataStore id="stock" name="stock"/>', counting("p"), counting("q")))
    assert run.start("p").complete("pa").variables == {"seen": 1}
    assert run.start("q").complete("qa").variables == {"seen": 2}
    assert run.start("p").complete("pa").variables == {"seen": 3}
    assert run.incidents() == []
