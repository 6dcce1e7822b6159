"""Elements in one another's way: what each does alone must still hold where several meet (BPMN 13)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import instances, messages
from engine.waiting import cases
from tests.support.models import boundary, file, many, process, simple, sub, tasks, timer
from tests.support.running import Run

ENDS = '<startEvent id="s"/><endEvent id="e"/>'
MESSAGES = '<message id="m" name="m"/><message id="n" name="n"/><signal id="sig" name="sig"/>'


def inside(key: str) -> str:
    return f'<startEvent id="{key}i"/><endEvent id="{key}o"/>'


def by_message(ref: str) -> str:
    return f'<messageEventDefinition messageRef="{ref}"/>'


def catch(key: str, definition: str) -> str:
    return f'<intermediateCatchEvent id="{key}">{definition}</intermediateCatchEvent>'


def event_sub(key: str, definition: str, elements: str, flows: str, *, interrupting: bool) -> str:
    start = f'<startEvent id="{key}s" isInterrupting="{str(interrupting).lower()}">{definition}</startEvent>'
    return sub(key, start + elements, flows, 'triggeredByEvent="true"')


def test_an_event_sub_process_in_each_instance_in_an_ad_hoc_sub_process(run: Run):
    event = event_sub("esp", by_message("m"), tasks("x"), "esps > x", interrupting=True)
    body = sub(
        "body",
        many(inside="<loopCardinality>2</loopCardinality>") + inside("b") + tasks("a") + event,
        "bi > a > bo",
    )
    free = sub("free", body + tasks("other"), kind="adHocSubProcess")
    run.deploy(file(MESSAGES, process("p", ENDS + free + tasks("t"), "s > free > t > e"))).start()
    assert run.tokens() == ["a", "a", "other"]
    run.do(lambda tx: messages.correlate(tx, "m", case_id=run.case))
    assert run.tokens() == ["a", "other", "x"]
    run.complete("a").complete("other")
    assert run.tokens() == ["x"]
    assert run.complete("x").at() == {"t"}


def test_an_interrupting_event_sub_process_ends_one_that_runs_beside(run: Run):
    beside = event_sub("one", by_message("m"), tasks("x"), "ones > x", interrupting=False)
    instead = event_sub("two", by_message("n"), tasks("y"), "twos > y", interrupting=True)
    run.deploy(
        file(MESSAGES, process("p", ENDS + tasks("a") + beside + instead, "s > a > e"))
    ).start()
    run.message("m").message("m")
    assert run.tokens() == ["a", "x", "x"]
    run.message("n")
    assert run.tokens() == ["y"]
    assert run.complete("y").state == "completed"


def test_an_inclusive_join_in_a_loop_joins_each_round_with_several_tokens_under_way(run: Run):
    elements = (
        ENDS
        + '<exclusiveGateway id="m"/><inclusiveGateway id="f" default="f_a"/><inclusiveGateway id="j"/>'
        '<exclusiveGateway id="g" default="g_e"/>' + tasks("a b")
    )
    flows = """s > m > f
        f > a > j
        f > b [true]
        b > j
        j > g
        g > m [again]
        g > e"""
    model = process("p", elements, flows).replace(' id="f_a"', ' id="f_a"')
    run.deploy(file(model)).start(again=True)
    assert run.tokens() == ["b"]
    run.complete("b")
    assert run.tokens() == ["b"]
    assert run.complete("b", again=False).state == "completed"


def test_a_complex_gateway_takes_the_late_tokens_of_its_reset_in_each_round(run: Run):
    gateway = '<complexGateway id="c"><activationCondition>activationCount >= 2</activationCondition></complexGateway>'
    elements = ENDS + '<parallelGateway id="f"/>' + gateway + tasks("x y z t")
    model = process(
        "p", elements, "s > f\n f > x > c\n f > y > c\n f > z > c\n c > t [waitingForStart]\n t > e"
    )
    run.deploy(file(model)).start().complete("x").complete("z")
    assert run.tokens() == ["t", "y"]
    run.complete("y")
    assert run.tokens() == ["t"]
    assert run.complete("t").state == "completed"


def test_a_gateway_that_begins_with_all_of_its_messages_takes_them_in_any_order(run: Run):
    gateway = '<eventBasedGateway id="g" instantiate="true" eventGatewayType="Parallel"/>'
    elements = (
        gateway
        + catch("cm", by_message("m"))
        + catch("cn", by_message("n"))
        + '<parallelGateway id="j"/><endEvent id="e"/>'
        + tasks("t")
    )
    run.deploy(file(MESSAGES, process("p", elements, "g > cm > j\n g > cn > j\n j > t > e")))
    (run.case,) = run.do(lambda tx: messages.correlate(tx, "n"))
    assert run.tokens() == ["cm", "j"]
    assert run.do(lambda tx: messages.correlate(tx, "m")) == [run.case]
    assert run.tokens() == ["t"]
    assert run.complete("t").state == "completed"


def test_quantities_meet_a_join(run: Run):
    elements = (
        ENDS
        + '<parallelGateway id="f"/><parallelGateway id="j"/>'
        + '<userTask id="a" completionQuantity="2"/><userTask id="b"/><userTask id="c" startQuantity="2"/>'
    )
    run.deploy(file(process("p", elements, "s > f\n f > a > j\n f > b > j\n j > c > e"))).start()
    run.complete("a").complete("b")
    # one token of two waits to be gathered, one lies before the join
    assert run.tokens() == ["c", "j"]


def test_a_signal_waits_for_a_suspended_case_also_at_its_border(run: Run):
    border = boundary("b", "a", '<signalEventDefinition signalRef="sig"/>')
    run.deploy(
        file(MESSAGES, process("p", ENDS + tasks("a t") + border, "s > a > e\n b > t > e"))
    ).start()
    run.do(lambda tx: instances.suspend(tx, run.case))
    run.signal("sig")
    run.do(lambda tx: instances.resume(tx, run.case))
    assert run.tokens() == ["t"]


def test_a_message_of_another_case_waits_for_a_suspended_one(run: Run):
    sender = process(
        "sender",
        '<startEvent id="s2"/><endEvent id="e2">' + by_message("m") + "</endEvent>",
        "s2 > e2",
    )
    run.deploy(
        file(
            MESSAGES,
            process("p", ENDS + catch("c", by_message("m")) + tasks("t"), "s > c > t > e"),
            sender,
        )
    ).start()
    receiver = run.case
    run.do(lambda tx: instances.suspend(tx, receiver))
    run.start("sender").work()
    run.case = receiver
    run.do(lambda tx: instances.resume(tx, receiver))
    run.wait(hours=1)
    assert run.tokens() == ["t"]


def conversation() -> bytes:
    """Two pools that exchange two messages about an order."""
    keys = (
        '<correlationProperty id="prop" name="order">'
        '<correlationPropertyRetrievalExpression messageRef="m"><messagePath>order</messagePath>'
        "</correlationPropertyRetrievalExpression>"
        '<correlationPropertyRetrievalExpression messageRef="n"><messagePath>order</messagePath>'
        "</correlationPropertyRetrievalExpression></correlationProperty>"
    )
    pools = (
        '<collaboration id="co"><participant id="pb" processRef="buyer"/><participant id="ps" processRef="seller"/>'
        '<messageFlow id="f1" sourceRef="ask" targetRef="asked"/>'
        '<messageFlow id="f2" sourceRef="answer" targetRef="answered"/>'
        '<conversation id="cv"><messageFlowRef>f1</messageFlowRef><messageFlowRef>f2</messageFlowRef>'
        '<correlationKey id="k" name="k"><correlationPropertyRef>prop</correlationPropertyRef></correlationKey>'
        "</conversation></collaboration>"
    )
    subscription = (
        '<correlationSubscription id="cs" correlationKeyRef="k"><correlationPropertyBinding '
        'correlationPropertyRef="prop"><dataPath>order</dataPath></correlationPropertyBinding></correlationSubscription>'
    )
    buyer = process(
        "buyer",
        '<startEvent id="bs"/><endEvent id="be"/>'
        f'<intermediateThrowEvent id="ask">{by_message("m")}</intermediateThrowEvent>'
        + catch("answered", by_message("n"))
        + tasks("read"),
        "bs > ask > answered > read > be",
    ).replace("</process>", subscription + "</process>")
    seller = process(
        "seller",
        f'<startEvent id="asked">{by_message("m")}</startEvent><endEvent id="se"/>'
        + tasks("decide")
        + f'<intermediateThrowEvent id="answer">{by_message("n")}</intermediateThrowEvent>',
        "asked > decide > answer > se",
    )
    return file(MESSAGES, keys, pools, buyer, seller)


def test_pools_converse_by_a_key_each_with_its_own(run: Run):
    run.deploy(conversation())
    one = run.start("buyer", order="A").work().case
    two = run.start("buyer", order="B").work().case
    question = select(cases.cases.c.id).where(cases.cases.c.key == "seller")
    sellers = run.ask(lambda tx: tx.execute(question.order_by(cases.cases.c.id)).scalars().all())
    assert len(sellers) == 2
    run.case = sellers[1]
    run.complete("decide").work()
    run.case = two
    assert run.tokens() == ["read"]
    run.case = one
    assert run.tokens() == ["answered"]


def test_a_condition_on_a_field_of_the_record_interrupts_a_sub_process(run: Run):
    condition = "<conditionalEventDefinition><condition>deal.amount &gt; 10</condition></conditionalEventDefinition>"
    inner = sub("u", inside("u") + tasks("a"), "ui > a > uo")
    run.deploy(
        file(
            process(
                "p",
                ENDS + inner + boundary("b", "u", condition) + tasks("t"),
                "s > u > e\n b > t > e",
            )
        )
    )
    about = run.subjects.put({"deal": {"amount": 5}})
    run.start(subject=about)
    assert run.tokens() == ["a"]
    run.do(lambda tx: run.subjects.set_fields(tx, about, {("deal", "amount"): 11}))
    assert run.work().tokens() == ["t"]


def test_a_timer_at_the_border_of_many_cancels_the_rest_and_their_own_timers(run: Run):
    body = sub(
        "body",
        many(inside="<loopCardinality>3</loopCardinality>")
        + inside("b")
        + tasks("a")
        + boundary("slow", "a", timer("PT1H"), interrupting=False)
        + tasks("hurry"),
        "bi > a > bo\n slow > hurry > bo",
    )
    border = boundary("late", "body", timer("PT2H"))
    run.deploy(
        simple("p", body + border + tasks("t"), "s > body > e\n late > t > e")
    ).start().complete("a")
    run.wait(minutes=70)
    assert run.tokens() == ["a", "a", "hurry", "hurry"]
    run.wait(hours=1)
    assert run.tokens() == ["t"]
    assert run.complete("t").state == "completed"


def test_an_error_of_one_instance_is_caught_inside_it_before_the_border_of_all(run: Run):
    error = '<error id="err" errorCode="E"/>'
    thrower = '<endEvent id="bad"><errorEventDefinition errorRef="err"/></endEvent>'
    handler = event_sub(
        "esp",
        '<errorEventDefinition errorRef="err"/>',
        tasks("mend"),
        "esps > mend",
        interrupting=True,
    )
    body = sub(
        "body",
        many('kontor:collection="[1,2]" kontor:item="n"')
        + inside("b")
        + '<exclusiveGateway id="g" default="g_bo"/>'
        + tasks("a")
        + thrower
        + handler,
        "bi > a > g\n g > bad [n = 1]\n g > bo",
    )
    border = boundary("b", "body", '<errorEventDefinition errorRef="err"/>')
    run.deploy(
        file(error, process("p", ENDS + body + border + tasks("t"), "s > body > e\n b > t > e"))
    ).start().complete("a")
    assert run.tokens() == ["a", "mend"]
    assert run.complete("mend").complete("a").state == "completed"


@pytest.mark.parametrize("terminates", ["terminateEventDefinition", ""])
def test_a_terminate_end_in_a_called_process_ends_that_process_alone(run: Run, terminates: str):
    definition = f"<{terminates}/>" if terminates else ""
    called = process(
        "child",
        f'<startEvent id="ci"/><endEvent id="co">{definition}</endEvent><parallelGateway id="f"/>'
        + tasks("a b"),
        "ci > f\n f > a > co\n f > b > co",
    )
    caller = process(
        "p",
        ENDS
        + '<parallelGateway id="f2"/><callActivity id="call" calledElement="child"/>'
        + tasks("t u"),
        "s > f2\n f2 > call > t > e\n f2 > u > e",
    )
    run.deploy(file(called, caller)).start().complete("a")
    assert run.tokens() == (["t", "u"] if terminates else ["b", "u"])
