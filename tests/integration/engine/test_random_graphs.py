"""Random processes without any structure, against a token game that knows nothing of the engine."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.waiting import cases
from tests.integration.engine import standing
from tests.integration.engine.token_game import Flow, Marking, Net, TooManyError
from tests.support.models import file, process
from tests.support.running import Run

numbers = itertools.count()
KINDS = (
    "userTask", "userTask", "parallelGateway", "exclusiveGateway",
    "inclusiveGateway", "inclusiveGateway",
)  # fmt: skip
MOST_STEPS = 12


@st.composite
def nets(draw: st.DrawFn) -> Net:
    """A start, elements that each have a way in, an end; a way back leads to a task, so that every loop rests."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=3, max_size=9))
    net = Net({"s": "startEvent"})
    names = ["s"]
    for number, kind in enumerate(kinds):
        names.append(f"n{number}")
        net.kinds[names[-1]] = kind
    names.append("e")
    net.kinds["e"] = "endEvent"
    for number in range(1, len(names)):
        _flow(net, draw(st.sampled_from(names[max(0, number - 3) : number])), names[number])
    for source in names[1:-1]:
        if not net.out_of(source):
            _flow(net, source, "e")
    for _ in range(draw(st.integers(2, 9))):
        source = draw(st.sampled_from(names[1:-1]))
        ahead = names[names.index(source) + 1 :]
        ahead += [name for name in ahead if net.kinds[name] == "inclusiveGateway"] * 3
        back = [name for name in names[1:-1] if net.kinds[name] == "userTask" and name not in ahead]
        target = draw(st.sampled_from(ahead + back))
        if all(flow.target != target for flow in net.out_of(source)):
            _flow(net, source, target)
    for name in names:
        _condition(net, name, draw)
    return net


def _flow(net: Net, source: str, target: str) -> None:
    net.flows.append(Flow(f"f{len(net.flows)}", source, target))


def _condition(net: Net, name: str, draw: st.DrawFn) -> None:
    """Conditions on the flows of a choice, and on some of a task; one flow is the default."""
    flows = net.out_of(name)
    is_choice = net.kinds[name] in ("exclusiveGateway", "inclusiveGateway")
    is_task = net.kinds[name] == "userTask" and len(flows) > 1 and draw(st.booleans())
    if len(flows) > 1 and (is_choice or is_task):
        net.defaults.add(flows[-1].id)
        for flow in flows[:-1]:
            flow.condition = f"c{draw(st.integers(0, 3))}"


def drawn(net: Net, key: str) -> bytes:
    elements = []
    for name, kind in net.kinds.items():
        default = next((flow.id for flow in net.out_of(name) if flow.id in net.defaults), None)
        attribute = f' default="{default}"' if default else ""
        elements.append(f'<{kind} id="{name}"{attribute}/>')
    for flow in net.flows:
        inside = (
            f"<conditionExpression>{flow.condition}</conditionExpression>" if flow.condition else ""
        )
        elements.append(
            f'<sequenceFlow id="{flow.id}" sourceRef="{flow.source}" targetRef="{flow.target}">{inside}</sequenceFlow>'
        )
    return file(process(key, "".join(elements)))


def marking(run: Run) -> Marking:
    """The tasks that wait, and the flows on which tokens lie before a join."""
    row = run.ask(lambda tx: cases.row(tx, run.case))
    found: Counter[str] = Counter()
    for token in orjson.loads(row.tokens)["t"]:
        assert token[2] in ("task", "join", "wait"), token
        found[token[3] if token[2] == "join" else token[1]] += 1
    return frozenset(found.items())


@pytest.mark.soak
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(net=nets(), choice=st.randoms(use_true_random=False))
def test_tokens_are_where_the_standard_may_have_them(world: Run, net: Net, choice: random.Random):
    variables: dict[str, Any] = {f"c{number}": choice.random() < 0.5 for number in range(4)}
    try:
        allowed = net.rests(Counter(flow.id for flow in net.out_of("s")), variables)
        key = f"g{next(numbers)}"
        world.deploy(drawn(net, key)).start(key, **variables).work()
        for _ in range(MOST_STEPS):
            here = marking(world)
            assert here in allowed, f"{dict(here)} is none of {[dict(each) for each in allowed]}"
            assert list(standing.differences(world)) == []
            assert standing.changed_by_reading(world) == []
            assert (world.state == "completed") == (not here)
            waiting = sorted(name for name, _ in here if net.kinds.get(name) == "userTask")
            if not waiting:
                break
            name = choice.choice(waiting)
            variables |= {f"c{choice.randrange(4)}": choice.random() < 0.5}
            allowed = net.done(here, name, variables)
            world.complete(name, **variables).work()
        assert world.incidents() == []
    except TooManyError:
        pass
    finally:
        standing.leave(world)
