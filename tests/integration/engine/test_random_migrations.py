"""Random processes, left at random places for a version with other names and more tasks: nothing is lost on the way."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import definitions, migration
from tests.integration.engine.test_random_models import (
    Block,
    Drawing,
    nothing_is_left,
    open_tasks,
    wholes,
)
from tests.support.models import file, process
from tests.support.running import Run

EXAMPLES = settings().max_examples if settings().max_examples > 1_000 else 20
"""Fewer than others in an ordinary run: each example is two cases."""
numbers = itertools.count()
TASK = re.compile(r'id="(use\d+)"')
FLOW = re.compile(r'<sequenceFlow id="(f\d+)" sourceRef="(\w+)" targetRef="(\w+)">')


def reworked(model: str, choice: random.Random) -> tuple[str, dict[str, str]]:
    """The next version of a model: some tasks are called otherwise, some flows lead over one more."""
    names = sorted(set(TASK.findall(model)))
    renamed = {name: f"new{name}" for name in names if choice.random() < 0.4}
    for old, new in renamed.items():
        model = re.sub(rf'"{old}"', f'"{new}"', model)
    return FLOW.sub(lambda found: _longer(found, choice), model), renamed


def _longer(found: re.Match[str], choice: random.Random) -> str:
    if choice.random() < 0.7:
        return found[0]
    flow, source, target = found.groups()
    added = f"more{flow}"
    return (
        f'<userTask id="{added}"/><sequenceFlow id="{flow}b" sourceRef="{added}" targetRef="{target}"/>'
        f'<sequenceFlow id="{flow}" sourceRef="{source}" targetRef="{added}">'
    )


def some_tasks(run: Run, most: int, choice: random.Random) -> Counter[str]:
    """Do up to so many tasks in any order; return how often each was done."""
    done: Counter[str] = Counter()
    while run.state == "active" and done.total() < most:
        waiting = open_tasks(run)
        assert waiting, f"the case stands still at {run.tokens()}"
        name = choice.choice(sorted(waiting))
        run.complete(name).work()
        done[name] += 1
    return done


@pytest.mark.soak
@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(block=wholes, choice=st.randoms(use_true_random=False))
def test_a_case_that_moves_ends_as_a_fresh_one_does(
    world: Run, block: Block, choice: random.Random
):
    drawing = Drawing()
    begin, end, expected = drawing.draw(block, 1)
    drawing.flow(drawing.new("startEvent"), begin)
    drawing.flow(end, drawing.new("endEvent"))
    key, model = f"m{next(numbers)}", "".join(drawing.elements + drawing.flows)
    world.deploy(file(process(key, model))).start(key, **drawing.variables).work()
    moved = world.case
    done = some_tasks(world, choice.randrange(expected.total() + 1), choice)
    before = Counter(world.tokens())
    later, renamed = reworked(model, choice)
    world.deploy(file(process(key, later, attributes='name="later"')))
    if world.state == "active":
        number = world.ask(lambda tx: definitions.latest(tx, key).id)
        world.do(lambda tx: migration.migrate(tx, moved, number, renamed))
        assert Counter(world.tokens()) == named(before, renamed)
        done = named(done, renamed) + some_tasks(world, 10_000, choice)
        assert world.incidents() == []
        assert tasks_of(done) == named(+expected, renamed)
    assert world.state == "completed"
    assert nothing_is_left(world)
    ended = world.variables
    world.start(key, **drawing.variables).work()
    some_tasks(world, 10_000, choice)
    assert (world.state, world.variables) == ("completed", ended)


def named(counted: Counter[str], renamed: dict[str, str]) -> Counter[str]:
    return Counter({renamed.get(name, name): count for name, count in counted.items()})


def tasks_of(done: Counter[str]) -> Counter[str]:
    """What both versions have; the tasks that were added are done as often as a token comes by."""
    return Counter({name: count for name, count in done.items() if not name.startswith("more")})
