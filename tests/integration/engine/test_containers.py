"""Sub-processes of every kind, called processes, compensation (BPMN 13.3.4, 13.3.5, 13.5.5)."""

from __future__ import annotations

from engine import jobs
from tests.support.models import boundary, file, many, process, script, simple, sub, tasks, timer
from tests.support.running import Run

ENDS = '<startEvent id="s"/><endEvent id="e"/>'
INSIDE = '<startEvent id="i"/><endEvent id="o"/>'


def undo(activity: str, handler: str) -> str:
    """A compensation handler for an activity, bound by an association."""
    return (
        boundary(f"{activity}_undo", activity, "<compensateEventDefinition/>")
        + script(handler, f'{{history: concatenate(history, ["{handler}"])}}').replace(
            "<scriptTask", '<scriptTask isForCompensation="true"'
        )
        + f'<association id="{activity}_a" associationDirection="One" '
        f'sourceRef="{activity}_undo" targetRef="{handler}"/>'
    )


COMPENSATE = (
    '<intermediateThrowEvent id="back"><compensateEventDefinition {0}/></intermediateThrowEvent>'
)


def test_a_sub_process_has_variables_of_its_own_and_sees_those_around(run: Run):
    inner = sub(
        "sub",
        INSIDE + script("a", "{inside: outside + 1, outside: outside + 10}") + tasks("t"),
        "i > a > t > o",
    )
    run.deploy(simple("p", inner + tasks("u"), "s > sub > u > e")).start(outside=1)
    assert run.at() == {"t"}
    assert run.variables == {"outside": 11}
    assert run.complete("t").at() == {"u"}
    assert run.variables == {"outside": 11}


def test_interrupting_a_sub_process_takes_away_everything_inside(run: Run):
    deepest = sub("deep", '<startEvent id="di"/>' + tasks("x"), "di > x")
    inner = sub(
        "sub",
        INSIDE
        + '<parallelGateway id="f"/>'
        + deepest
        + tasks("a")
        + f'<intermediateCatchEvent id="w">{timer("P9D")}</intermediateCatchEvent>',
        "i > f\n f > deep > o\n f > a > o\n f > w > o",
    )
    run.deploy(
        simple(
            "p",
            inner + tasks("late_task") + boundary("late", "sub", timer("PT1H")),
            "s > sub > e\n late > late_task > e",
        )
    ).start()
    assert run.at() == {"x", "a", "w"}
    assert run.wait(hours=2).tokens() == ["late_task"]
    terminated = [step.element for step in run.trace.steps if step.event == "terminated"]
    assert sorted(terminated) == ["a", "deep", "sub", "x"]
    assert run.wait(days=20).tokens() == ["late_task"]


def test_a_called_process_gets_what_is_handed_in_and_gives_what_is_handed_out(run: Run):
    called = process(
        "child",
        '<startEvent id="cs"/><endEvent id="ce"/><userTask id="ct"/>'
        + script("cx", "{result: given * 2, secret: 1}"),
        "cs > ct > cx > ce",
    )
    mapping = (
        '<extensionElements><camunda:in source="amount" target="given"/>'
        '<camunda:out source="result" target="answer"/></extensionElements>'
    )
    caller = process(
        "p",
        ENDS
        + f'<callActivity id="call" calledElement="child">{mapping}</callActivity>'
        + tasks("t"),
        "s > call > t > e",
    )
    run.deploy(file(called), file(caller)).start(amount=21)
    assert run.at() == {"ct"}
    assert run.complete("ct").at() == {"t"}
    assert run.variables == {"amount": 21, "answer": 42}


def test_an_error_of_a_called_process_is_caught_by_the_caller(run: Run):
    error = '<error id="err" errorCode="E1"/>'
    called = process(
        "child",
        '<startEvent id="cs"/><endEvent id="ce"><errorEventDefinition errorRef="err"/></endEvent>',
        "cs > ce",
    )
    caller = process(
        "p",
        ENDS
        + '<callActivity id="call" calledElement="child"/>'
        + tasks("t")
        + boundary("b", "call", "<errorEventDefinition/>"),
        "s > call > e\n b > t > e",
    )
    run.deploy(file(error, called, caller)).start()
    assert run.at() == {"t"}


def test_a_process_that_calls_itself_for_ever_is_bounded(run: Run):
    run.deploy(
        file(process("p", ENDS + '<callActivity id="call" calledElement="p"/>', "s > call > e"))
    ).start()
    for _ in range(3):
        jobs.work_due(run.store)
    assert any("deep" in message for message in run.incidents())


def test_compensation_runs_in_reverse_order_of_completion(run: Run):
    elements = ENDS + tasks("a b t") + undo("a", "un_a") + undo("b", "un_b") + COMPENSATE.format("")
    run.deploy(file(process("p", elements, "s > a > b > back > t > e"))).start(history=[])
    run.complete("a").complete("b")
    assert run.at() == {"t"}
    assert run.variables["history"] == ["un_b", "un_a"]


def test_compensation_may_name_one_activity(run: Run):
    elements = (
        ENDS
        + tasks("a b t")
        + undo("a", "un_a")
        + undo("b", "un_b")
        + COMPENSATE.format('activityRef="a"')
    )
    run.deploy(file(process("p", elements, "s > a > b > back > t > e"))).start(history=[])
    assert run.complete("a").complete("b").variables["history"] == ["un_a"]


def test_what_was_not_done_is_not_undone(run: Run):
    elements = (
        ENDS
        + '<parallelGateway id="f"/>'
        + tasks("a b t")
        + undo("a", "un_a")
        + undo("b", "un_b")
        + COMPENSATE.format("")
    )
    run.deploy(file(process("p", elements, "s > f\n f > a > e\n f > b > back > t > e"))).start(
        history=[]
    )
    assert run.complete("b").variables["history"] == ["un_b"]


def test_a_completed_sub_process_is_undone_from_the_inside_with_the_values_of_its_time(run: Run):
    handler = script("un_a", "{history: concatenate(history, [string(room)])}").replace(
        "<scriptTask", '<scriptTask isForCompensation="true"'
    )
    inner = sub(
        "sub",
        INSIDE
        + script("set", "{room: 7}")
        + tasks("a")
        + boundary("ab", "a", "<compensateEventDefinition/>")
        + handler
        + '<association id="x" associationDirection="One" sourceRef="ab" targetRef="un_a"/>',
        "i > set > a > o",
    )
    run.deploy(
        file(
            process(
                "p", ENDS + inner + tasks("t") + COMPENSATE.format(""), "s > sub > back > t > e"
            )
        )
    ).start(history=[])
    assert run.complete("a").at() == {"t"}
    assert run.variables["history"] == ["7"]


def test_every_instance_is_undone(run: Run):
    body = f'<userTask id="a">{many(inside="<loopCardinality>3</loopCardinality>")}</userTask>'
    elements = ENDS + body + tasks("t") + undo("a", "un_a") + COMPENSATE.format("")
    run.deploy(file(process("p", elements, "s > a > back > t > e"))).start(history=[])
    run.complete("a").complete("a").complete("a")
    assert run.variables["history"] == ["un_a"] * 3


def test_a_cancelled_transaction_undoes_its_work_and_leaves_by_its_border(run: Run):
    inner = sub(
        "tx",
        '<startEvent id="i"/><endEvent id="no"><cancelEventDefinition/></endEvent><parallelGateway id="f"/>'
        + tasks("a b c")
        + undo("a", "un_a"),
        "i > a > f\n f > b > no\n f > c",
        kind="transaction",
    )
    elements = ENDS + inner + boundary("cancelled", "tx", "<cancelEventDefinition/>") + tasks("t u")
    run.deploy(file(process("p", elements, "s > tx > u > e\n cancelled > t > e"))).start(history=[])
    run.complete("a").complete("b")
    assert run.at() == {"t"}
    assert run.variables["history"] == ["un_a"]
    assert run.complete("t").state == "completed"


def test_an_ad_hoc_sub_process_offers_everything_at_once(run: Run):
    run.deploy(
        simple(
            "p",
            sub("free", tasks("a b c"), kind="adHocSubProcess") + tasks("t"),
            "s > free > t > e",
        )
    ).start()
    assert run.at() == {"a", "b", "c"}
    assert run.complete("c").complete("a").complete("b").at() == {"t"}


def test_a_sequential_one_offers_one_after_another(run: Run):
    run.deploy(
        simple(
            "p",
            sub("free", tasks("a b"), "", 'ordering="Sequential"', "adHocSubProcess"),
            "s > free > e",
        )
    ).start()
    assert run.at() == {"a"}
    assert run.complete("a").at() == {"b"}
    assert run.complete("b").state == "completed"


def test_the_completion_condition_of_an_ad_hoc_sub_process_cancels_the_rest_or_waits_for_it(
    run: Run,
):
    condition = "<completionCondition>enough</completionCondition>"
    for cancels, left in (("true", {"t"}), ("false", {"b"})):
        free = sub(
            "free",
            tasks("a b") + condition,
            "",
            f'cancelRemainingInstances="{cancels}"',
            "adHocSubProcess",
        )
        run.deploy(simple("p", free + tasks("t"), "s > free > t > e")).start(enough=False)
        run.complete("a", enough=True)
        assert run.at() == left


def test_a_sub_process_whose_condition_holds_at_once_is_never_begun(run: Run):
    border = boundary(
        "hot",
        "sub",
        "<conditionalEventDefinition><condition>x</condition></conditionalEventDefinition>",
    )
    run.deploy(
        simple(
            "p",
            sub("sub", INSIDE + tasks("a"), "i > a > o") + tasks("b") + border,
            "s > sub > e\n hot > b > e",
        )
    )
    assert run.start(x=True).at() == {"b"}
    assert run.start(x=False).at() == {"a"}
