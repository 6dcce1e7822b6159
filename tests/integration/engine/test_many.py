"""Activities done more than once: loops and multi-instance (BPMN 13.3.6, 13.3.7)."""

from __future__ import annotations

from tests.support.models import boundary, file, many, process, script, simple, sub, tasks, timer
from tests.support.running import Run

VOTE = (
    '<userTask id="vote"><multiInstanceLoopCharacteristics kontor:collection="people" kontor:item="person" '
    'kontor:outputCollection="votes" kontor:outputItem="vote_outcome" {sequential}>{condition}'
    "</multiInstanceLoopCharacteristics></userTask>"
)


def votes(condition: str = "", sequential: str = "") -> bytes:
    inside = f"<completionCondition>{condition}</completionCondition>" if condition else ""
    return simple(
        "p", VOTE.format(sequential=sequential, condition=inside) + tasks("t"), "s > vote > t > e"
    )


def test_every_item_has_its_own_task_and_the_outputs_come_in_their_order(run: Run):
    run.deploy(votes()).start(people=["ann", "bob", "cleo"])
    assert run.tokens() == ["vote"] * 3
    run.complete("vote", vote_outcome="yes").complete("vote", vote_outcome="no")
    assert "votes" not in run.variables
    run.complete("vote", vote_outcome="abstain")
    assert run.at() == {"t"}
    assert run.variables["votes"] == ["yes", "no", "abstain"]


def test_one_after_another_in_a_sequence(run: Run):
    run.deploy(votes(sequential='isSequential="true"')).start(people=["ann", "bob"])
    assert run.tokens() == ["vote", "vote"]
    tasks_before = run.task("vote")
    run.complete("vote", vote_outcome="yes")
    assert run.task("vote") > tasks_before
    assert run.complete("vote", vote_outcome="no").variables["votes"] == ["yes", "no"]


def test_the_completion_condition_cancels_the_rest(run: Run):
    run.deploy(votes('some v in votes satisfies v = "no"')).start(people=["ann", "bob", "cleo"])
    run.complete("vote", vote_outcome="yes")
    assert run.tokens() == ["vote"] * 2
    run.complete("vote", vote_outcome="no")
    assert run.at() == {"t"}
    assert run.variables["votes"] == ["yes", "no"]
    assert run.complete("t").state == "completed"


def test_an_empty_collection_passes_at_once(run: Run):
    run.deploy(votes()).start(people=[])
    assert run.at() == {"t"}
    assert run.variables["votes"] == []


def test_counters_are_known_to_the_completion_condition(run: Run):
    inside = (
        "<loopCardinality>5</loopCardinality>"
        "<completionCondition>numberOfCompletedInstances = 2</completionCondition>"
    )
    model = simple(
        "p", f'<userTask id="a">{many(inside=inside)}</userTask>' + tasks("t"), "s > a > t > e"
    )
    run.deploy(model).start().complete("a")
    assert run.tokens() == ["a"] * 4
    assert run.complete("a").tokens() == ["t"]


def test_a_border_belongs_to_the_whole_activity(run: Run):
    inside = many(inside="<loopCardinality>3</loopCardinality>")
    model = simple(
        "p",
        f'<userTask id="a">{inside}</userTask>' + tasks("t") + boundary("late", "a", timer("PT1H")),
        "s > a > e\n late > t > e",
    )
    run.deploy(model).start().complete("a")
    assert run.wait(hours=2).tokens() == ["t"]
    assert run.complete("t").state == "completed"


def test_many_sub_processes_each_keep_their_own_values(run: Run):
    body = sub(
        "sub",
        many(
            'kontor:collection="[1, 2, 3]" kontor:item="x" kontor:outputCollection="squares" kontor:outputItem="y"'
        )
        + '<startEvent id="i"/><endEvent id="o"/>'
        + script("square", "{y: x * x}")
        + tasks("wait"),
        "i > square > wait > o",
    )
    run.deploy(simple("p", body, "s > sub > e")).start()
    for _ in range(3):
        run.complete("wait")
    assert run.state == "completed"
    assert run.variables["squares"] == [1, 4, 9]


def test_a_thousand_scripts_at_once(run: Run):
    inside = many(
        'kontor:collection="for i in 1..1000 return i" kontor:item="i" '
        'kontor:outputCollection="all" kontor:outputItem="i"'
    )
    task = script("a", "{}").replace("</scriptTask>", f"{inside}</scriptTask>")
    run.deploy(simple("p", task, "s > a > e")).start().work()
    assert run.state == "completed"
    assert run.variables["all"] == list(range(1, 1001))


def test_a_loop_goes_on_while_its_condition_holds(run: Run):
    loop = "<standardLoopCharacteristics {0}><loopCondition>n &lt; 3</loopCondition></standardLoopCharacteristics>"
    task = script("a", "{n: n + 1}").replace("</scriptTask>", loop.format("") + "</scriptTask>")
    run.deploy(simple("p", task, "s > a > e")).start(n=0)
    assert run.variables == {"n": 3}
    assert run.start(n=7).variables == {"n": 8}


def test_a_loop_that_asks_before_may_not_begin(run: Run):
    loop = (
        '<standardLoopCharacteristics testBefore="true">'
        "<loopCondition>n &lt; 3</loopCondition></standardLoopCharacteristics>"
    )
    task = script("a", "{n: n + 1}").replace("</scriptTask>", loop + "</scriptTask>")
    run.deploy(simple("p", task, "s > a > e"))
    assert run.start(n=7).variables == {"n": 7}
    assert run.start(n=1).variables == {"n": 3}


def test_a_loop_of_user_tasks_ends_at_its_maximum(run: Run):
    loop = (
        '<standardLoopCharacteristics loopMaximum="2">'
        "<loopCondition>true</loopCondition></standardLoopCharacteristics>"
    )
    run.deploy(simple("p", f'<userTask id="a">{loop}</userTask>', "s > a > e")).start()
    run.complete("a")
    assert run.at() == {"a"}
    assert run.complete("a").state == "completed"


def test_tokens_are_gathered_before_and_multiplied_after(run: Run):
    model = simple(
        "p",
        '<userTask id="a" completionQuantity="3"/><userTask id="b"/><userTask id="c" startQuantity="3"/>',
        "s > a > b > c > e",
    )
    run.deploy(model).start().complete("a")
    assert run.tokens() == ["b"] * 3
    run.complete("b").complete("b")
    assert run.tokens() == ["b", "c", "c"]
    assert run.complete("b").tokens() == ["c"]
    assert run.complete("c").state == "completed"


def test_one_signal_per_instance_is_caught_at_the_border(run: Run):
    attributes = 'isSequential="true" behavior="None" noneBehaviorEventRef="done"'
    inside = many(attributes, "<loopCardinality>3</loopCardinality>")
    elements = (
        f'<startEvent id="s"/><endEvent id="e"/><userTask id="a">{inside}</userTask>'
        + boundary("b", "a", '<signalEventDefinition signalRef="sig"/>')
        + tasks("note")
    )
    model = file(
        '<signal id="sig" name="sig"/><signalEventDefinition id="done" signalRef="sig"/>',
        process("p", elements, "s > a > e\n b > note > e"),
    )
    run.deploy(model).start().complete("a")
    assert run.tokens().count("note") == 1
    assert run.complete("a").complete("a").tokens() == ["note"] * 3
