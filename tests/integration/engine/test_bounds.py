"""What would go on for ever, or grow without end, is bounded and says so; everything else goes on."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from engine import chains, jobs, messages
from engine.behaviours import containers
from engine.plan import changes
from engine.waiting.cases import cases
from ledger.event_log import events
from tests.support.models import boundary, file, many, process, script, simple, sub, tasks, timer
from tests.support.running import Run

ENDS = '<startEvent id="s"/><endEvent id="e"/>'
SIGNAL = '<signalEventDefinition signalRef="sig"/>'


def stops(run: Run, words: str) -> None:
    """The case comes to rest in an incident with these words."""
    for _ in range(200):
        if not jobs.work_due(run.store):
            break
    assert jobs.work_due(run.store) == 0
    assert any(words in message for message in run.incidents()), run.incidents()[:3]


def test_a_billion_instances_are_not_begun(run: Run):
    body = f'<task id="a">{many(inside="<loopCardinality>1000000000</loopCardinality>")}</task>'
    run.deploy(simple("p", body, "s > a > e")).start()
    stops(run, "at most 20,000 instances of a")


def test_a_collection_without_end_is_not_made(run: Run):
    loop = many('kontor:collection="for i in 1..1000000000 return i" kontor:item="n"')
    run.deploy(simple("p", f'<userTask id="a">{loop}</userTask>', "s > a > e")).start()
    stops(run, "takes more than")


@pytest.mark.parametrize("cycle", ["R/PT0S", "R5/PT0.5S", "PT0S"])
def test_a_cycle_does_not_fire_without_a_pause(run: Run, cycle: str):
    border = boundary("again", "a", timer(cycle, "timeCycle"), interrupting=False)
    run.deploy(simple("p", tasks("a b") + border, "s > a > e\n again > b > e")).start()
    stops(run, "a cycle of a second or more")


@pytest.mark.parametrize(
    ("elements", "flows"),
    [
        ('<exclusiveGateway id="m"/>' + script("x", "{n: 1}"), "s > m > x > m"),
        ('<exclusiveGateway id="m"/><task id="x" camunda:asyncBefore="true"/>', "s > m > x > m"),
        (
            '<task id="x"><standardLoopCharacteristics loopMaximum="1000000000"/></task>',
            "s > x > e",
        ),
    ],
    ids=["loop", "loop by a worker", "standard loop"],
)
def test_a_loop_that_waits_for_nobody_stops(
    run: Run, monkeypatch: pytest.MonkeyPatch, elements: str, flows: str
):
    monkeypatch.setattr(chains, "MOST_STEPS", 600 if "async" not in elements else 60)
    run.deploy(simple("p", elements, flows)).start()
    stops(run, "Expected the case to come to rest")


def test_a_person_makes_a_loop_begin_anew(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(chains, "MOST_STEPS", 30)
    gateways = '<exclusiveGateway id="m"/><exclusiveGateway id="g" default="g_e"/>'
    elements = gateways + tasks("a") + script("x", "{n: n + 1}")
    run.deploy(simple("p", elements, "s > m > a > x > g\n g > m [n < 20]\n g > e")).start(n=0)
    for _ in range(20):
        run.complete("a")
    assert run.state == "completed"


def test_tokens_that_double_are_counted(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(changes, "MOST_TOKENS", 50)
    elements = '<exclusiveGateway id="m"/><parallelGateway id="f"/><task id="x"/>'
    run.deploy(simple("p", elements, "s > m > f\n f > m\n f > x > m")).start()
    stops(run, "at most 50 tokens at once")


def test_calls_that_double_are_counted(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(containers, "MOST_SCOPES", 40)
    calls = "".join(f'<callActivity id="c{number}" calledElement="p"/>' for number in range(2))
    model = process(
        "p", ENDS + '<parallelGateway id="f"/>' + calls, "s > f\n f > c0 > e\n f > c1 > e"
    )
    run.deploy(file(model)).start()
    stops(run, "Expected calls to come to an end")


@pytest.mark.parametrize("number", [1, 3])
def test_signals_that_set_off_one_another_come_to_an_end(
    run: Run, monkeypatch: pytest.MonkeyPatch, number: int
):
    monkeypatch.setattr(chains, "MOST_DELIVERIES", 30)
    processes = "".join(
        process(
            f"p{each}",
            f'<startEvent id="s{each}">{SIGNAL}</startEvent><endEvent id="e{each}">{SIGNAL}</endEvent>',
            f"s{each} > e{each}",
        )
        for each in range(number)
    )
    run.deploy(file('<signal id="sig" name="sig"/>', processes))
    run.do(lambda tx: messages.broadcast(tx, "sig", {}))
    run.work()
    started = run.ask(lambda tx: tx.execute(select(func.count()).select_from(cases)).scalar_one())
    assert 30 <= started <= 40 * number
    cut = select(func.count()).where(events.c.kind == "delivery_chain_cut")
    assert run.ask(lambda tx: tx.execute(cut).scalar_one()) > 0


def test_a_condition_that_sets_off_itself_stops(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(chains, "MOST_STEPS", 700)
    condition = (
        "<conditionalEventDefinition><condition>n = 1</condition></conditionalEventDefinition>"
    )
    start = f'<startEvent id="es" isInterrupting="false">{condition}</startEvent>'
    inside = start + script("x", "{n: 0}") + script("y", "{n: 1}")
    event = sub("esp", inside, "es > x > y", 'triggeredByEvent="true"')
    run.deploy(simple("p", tasks("a b") + event, "s > a > b > e")).start(n=0).complete("a", n=1)
    stops(run, "Expected the case to come to rest")
