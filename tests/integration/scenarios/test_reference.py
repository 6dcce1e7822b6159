"""The second opinion: SpiffWorkflow takes the same path where it is right, and is not asked where it errs."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine import definitions
from ledger import transaction
from tests.integration.engine.test_random_models import Block, Drawing
from tests.support.models import boundary, file, many, process, script, simple, sub, tasks, timer
from web.cli.simulate import simulate
from web.scenarios import reference, simulation
from web.scenarios.reference import limits
from web.scenarios.reference import second as second_opinion
from web.scenarios.reference.second import Second
from web.scenarios.world import World

Step = Mapping[str, Any]
numbers = itertools.count()
"""Ids that no process shares with another, so that a step means one case."""
THOROUGH = settings().max_examples >= 2_000
"""Both programs run each example, which is dear: the ordinary run takes few."""
SIGNAL = '<signal id="sig" name="sig"/>'
START = {"start": "p"}


def opinion(folder: Path, model: bytes, *steps: Step) -> reference.Opinion:
    (folder / "model.bpmn").write_bytes(model)
    return reference.compare({"files": ["model.bpmn"], "steps": [START, *steps]}, folder)


def done(*elements: str) -> list[Step]:
    return [{"complete": element} for element in elements]


PATHS: Mapping[str, tuple[bytes, Sequence[Step]]] = {
    "a fork and a join": (
        simple(
            "p",
            '<parallelGateway id="f"/><parallelGateway id="j"/>' + tasks("a b"),
            "s > f\n f > a > j\n f > b > j\n j > e",
        ),
        done("a", "b"),
    ),
    "a choice by a value": (
        simple(
            "p",
            '<exclusiveGateway id="g" default="g_e"/>' + tasks("a b"),
            "s > a > g\n g > b [n > 3]\n g > e\n b > e",
        ),
        [{"complete": "a", "variables": {"n": 4}}, {"complete": "b"}],
    ),
    "three instances": (
        simple(
            "p",
            f'<userTask id="a">{many("", "<loopCardinality>1 + 2</loopCardinality>")}</userTask>',
            "s > a > e",
        ),
        done("a", "a", "a"),
    ),
    "a border that interrupts": (
        simple(
            "p",
            tasks("a b") + boundary("late", "a", timer("PT1H")),
            "s > a > e\n late > b > e",
        ),
        [{"advance": "PT2H"}, {"complete": "b"}],
    ),
    "a border that does not": (
        simple(
            "p",
            tasks("a b") + boundary("late", "a", timer("PT1H"), interrupting=False),
            "s > a > e\n late > b > e",
        ),
        [{"advance": "PT2H"}, {"complete": "b"}, {"complete": "a"}],
    ),
    "a sub-process and a job": (
        simple(
            "p",
            sub("u", '<startEvent id="i"/><endEvent id="o"/>' + tasks("a"), "i > a > o")
            + tasks("w", "serviceTask"),
            "s > u > w > e",
        ),
        [{"complete": "a"}, {"job": "w"}],
    ),
    "a script and a loop": (
        simple(
            "p",
            '<exclusiveGateway id="m"/><exclusiveGateway id="g" default="g_e"/>'
            + tasks("a")
            + script("x", "{n: n + 1}"),
            "s > m > a > x > g\n g > m [n < 2]\n g > e",
        ),
        done("a", "a"),
    ),
}


@pytest.mark.parametrize("name", PATHS)
def test_both_take_the_same_path(tmp_path: Path, name: str):
    model, steps = PATHS[name]
    (tmp_path / "model.bpmn").write_bytes(model)
    start = {"start": "p", "variables": {"n": 0}}
    found = reference.compare({"files": ["model.bpmn"], "steps": [start, *steps]}, tmp_path)
    assert (found.unread, found.differences) == ([], [])
    assert found.answer["instances"][0]["state"] == "completed"


ERRS: Mapping[str, tuple[bytes, str]] = {
    "a signal end": (
        file(
            SIGNAL,
            process(
                "p",
                '<startEvent id="s"/><endEvent id="e"><signalEventDefinition signalRef="sig"/></endEvent>',
                "s > e",
            ),
        ),
        "signal at a endEvent",
    ),
    "a flow without an id": (
        file(
            process(
                "p",
                '<startEvent id="s"/><endEvent id="e"/><sequenceFlow sourceRef="s" targetRef="e"/>',
            )
        ),
        "without an id",
    ),
    "an element called End": (simple("p", tasks("End"), "s > End > e"), "has this id"),
    "a cycle at a border": (
        simple(
            "p",
            tasks("a b") + boundary("late", "a", timer("R3/PT1H", "timeCycle")),
            "s > a > e\n late > b > e",
        ),
        "never interrupts",
    ),
    "a value from a branch": (
        simple(
            "p",
            '<parallelGateway id="f"/><parallelGateway id="j"/>'
            + tasks("a")
            + script("x", "{n: 1}"),
            "s > f\n f > a > j\n f > x > j\n j > e",
        ),
        "brings back",
    ),
    "compensation": (
        simple(
            "p",
            tasks("a")
            + '<endEvent id="c"><compensateEventDefinition/></endEvent>'
            + boundary("b", "a", "<compensateEventDefinition/>")
            + '<task id="h" isForCompensation="true"/>'
            '<association id="as" associationDirection="One" sourceRef="b" targetRef="h"/>',
            "s > a > c",
        ),
        "compensation",
    ),
}


@pytest.mark.parametrize("name", ERRS)
def test_what_it_is_known_to_run_otherwise_is_named(tmp_path: Path, name: str):
    model, words = ERRS[name]
    found = opinion(tmp_path, model)
    assert found.differences == []
    assert any(words in each for each in found.unread), found.unread


def test_a_value_given_in_a_branch_is_named(tmp_path: Path):
    model, _ = PATHS["a fork and a join"]
    found = opinion(tmp_path, model, {"complete": "a", "variables": {"n": 1}})
    assert found.unread == ["step 1: a parallel join brings back what another branch knew before a"]


def test_a_path_too_long_for_its_iterator_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(second_opinion, "DEEPEST", 50)
    elements = (
        '<exclusiveGateway id="m"/><exclusiveGateway id="g" default="g_e"/><task id="t"/>'
        + script("x", "{n: n + 1}")
    )
    model = simple("p", elements, "s > m > t > x > g\n g > m [n < 20]\n g > e")
    (tmp_path / "model.bpmn").write_bytes(model)
    start = {"start": "p", "variables": {"n": 0}}
    found = reference.compare({"files": ["model.bpmn"], "steps": [start]}, tmp_path)
    assert any("iterator stops" in words for words in found.unread), found


def test_a_difference_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Second, "complete", lambda *_: None)
    model, steps = PATHS["three instances"]
    found = opinion(tmp_path, model, *steps)
    assert found.differences == [
        "step 1: Kontor has completed a 1 times, SpiffWorkflow 0",
        "step 1: Kontor waits at a 2 times, SpiffWorkflow 3",
    ]


def test_the_command_says_what_came_of_it(tmp_path: Path):
    model, _ = PATHS["a fork and a join"]
    path = tmp_path / "model.bpmn"
    path.write_bytes(model)
    steps = ["--step", '{"start": "p"}', "--step", '{"complete": "a"}']
    told = CliRunner().invoke(simulate, ["--reference", *steps, str(path)])
    assert told.exit_code == 0
    assert told.output.endswith(": active at b, j\nSpiffWorkflow takes the same path.\n")
    refused = CliRunner().invoke(simulate, ["--reference", "--batch"])
    assert "--reference goes with --step alone" in refused.output


plain = st.recursive(
    st.one_of(
        st.just(("task",)),
        st.just(("task",)),
        st.tuples(st.just("many"), st.integers(1, 3), st.booleans()),
    ),
    lambda smaller: st.one_of(
        st.tuples(st.just("sequence"), st.lists(smaller, min_size=1, max_size=3)),
        st.tuples(
            st.just("fork"),
            st.sampled_from(("parallelGateway", "inclusiveGateway", "exclusiveGateway")),
            st.lists(st.tuples(smaller, st.booleans()), min_size=2, max_size=3),
        ),
        st.tuples(st.just("sub"), smaller),
    ),
    max_leaves=6,
)
loops = st.tuples(
    st.just("loop"),
    st.integers(1, 3),
    st.one_of(
        st.just(("task",)),
        st.just(("sub", ("sequence", [("task",), ("task",)]))),
        st.just(("fork", "exclusiveGateway", [(("task",), False), (("task",), True)])),
    ),
)
wholes = st.tuples(
    st.just("sequence"), st.lists(st.one_of(plain, plain, loops), min_size=1, max_size=3)
)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    opened = World()
    yield opened
    opened.close()


@pytest.mark.soak
@settings(
    max_examples=2_000 if THOROUGH else 15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(block=wholes, choice=st.randoms(use_true_random=False))
def test_random_processes_take_the_same_path(
    world: World, tmp_path_factory: pytest.TempPathFactory, block: Block, choice: random.Random
):
    drawing = Drawing(names=numbers)
    begin, end, expected = drawing.draw(block, 1)
    drawing.flow(drawing.new("startEvent"), begin)
    drawing.flow(end, drawing.new("endEvent"))
    key = f"p{next(numbers)}"
    path = tmp_path_factory.getbasetemp() / f"{key}.bpmn"
    path.write_bytes(file(process(key, "".join(drawing.elements + drawing.flows))))
    world.trace.steps.clear()
    world.trace.instances.clear()
    (found,) = world.deploy([path])
    with transaction.read(world.store, "worker") as tx:
        processes = {key: definitions.process(tx, found.id)}
    assume(not list(limits.found(processes[key])))
    second = Second(processes, [path.read_bytes()], world.clock.now)
    step: Step = {"start": key, "variables": drawing.variables}
    for _ in range(sum(expected.values()) + 1):
        simulation.apply(world, step)
        reference.apply(second, step, processes)
        assert list(reference.differ(world, second)) == []
        waiting = sorted(reference.waiting(world))
        if waiting:
            step = {"complete": choice.choice(waiting)}
    assert second.states() == ["completed"]
