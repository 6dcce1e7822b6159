"""Random processes on random paths: no token is lost or made, and what is shown equals where the tokens are."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine import instances
from engine.waiting.cases import cases, scopes
from engine.waiting.tasks import tasks
from tests.integration.engine import standing
from tests.support.models import file, many, process
from tests.support.running import Run

Block = tuple[Any, ...]
numbers = itertools.count()


@dataclass
class Drawing:
    """A block drawn as BPMN, with the tasks that must be completed, and how often."""

    elements: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)
    names: Iterator[int] = field(default_factory=itertools.count)
    variables: dict[str, Any] = field(default_factory=dict)

    def new(self, kind: str, inside: str = "", attributes: str = "") -> str:
        name = f"{kind[:3]}{next(self.names)}"
        self.elements.append(f'<{kind} id="{name}" {attributes}>{inside}</{kind}>')
        return name

    def flow(self, source: str, target: str, condition: str = "") -> None:
        name = f"f{next(self.names)}"
        inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        self.flows.append(
            f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'
        )

    def draw(self, block: Block, times: int) -> tuple[str, str, Counter[str]]:
        """Draw a block; return its first and last element, and how often each task is done."""
        return getattr(self, f"_{block[0]}")(block, times)  # type: ignore[no-any-return]  # one drawer a kind

    def _task(self, _block: Block, times: int) -> tuple[str, str, Counter[str]]:
        name = self.new("userTask")
        return name, name, Counter({name: times})

    def _many(self, block: Block, times: int) -> tuple[str, str, Counter[str]]:
        sequential = "true" if block[2] else "false"
        inside = many(
            f'isSequential="{sequential}"', f"<loopCardinality>{block[1]}</loopCardinality>"
        )
        name = self.new("userTask", inside)
        return name, name, Counter({name: times * block[1]})

    def _sequence(self, block: Block, times: int) -> tuple[str, str, Counter[str]]:
        parts = [self.draw(part, times) for part in block[1]]
        for one, two in itertools.pairwise(parts):
            self.flow(one[1], two[0])
        return parts[0][0], parts[-1][1], sum((part[2] for part in parts), Counter())

    def _fork(self, block: Block, times: int) -> tuple[str, str, Counter[str]]:
        """Branches between two gateways of the kind `block[1]`; `block[2]` says whether each is chosen."""
        kind, branches = block[1], block[2]
        first, last = self.new(kind), self.new(kind)
        done: Counter[str] = Counter()
        chosen = self._chosen(kind, [is_chosen for _, is_chosen in branches])
        for number, (part, _) in enumerate(branches):
            begin, end, inside = self.draw(part, times if number in chosen else 0)
            name = f"c{next(self.names)}"
            self.variables[name] = number in chosen
            self.flow(first, begin, name if kind != "parallelGateway" else "")
            self.flow(end, last)
            done += inside
        return first, last, done

    @staticmethod
    def _chosen(kind: str, wanted: list[bool]) -> set[int]:
        if kind == "parallelGateway":
            return set(range(len(wanted)))
        picked = [number for number, is_wanted in enumerate(wanted) if is_wanted] or [0]
        return set(picked[:1] if kind == "exclusiveGateway" else picked)

    def _loop(self, block: Block, times: int) -> tuple[str, str, Counter[str]]:
        """A block that is done again, by a gateway that leads back, `block[1]` rounds in all."""
        merge, split = self.new("exclusiveGateway"), self.new("exclusiveGateway")
        counter = f"n{next(self.names)}"
        count = self.new(
            "scriptTask",
            f"<script>{{{counter}: if {counter} = {block[1]} then 1 else {counter} + 1}}</script>",
            'scriptFormat="feel"',
        )
        self.variables[counter] = 0
        begin, end, done = self.draw(block[2], times * block[1])
        for one, two in ((merge, begin), (end, count), (count, split)):
            self.flow(one, two)
        self.flow(split, merge, f"{counter} &lt; {block[1]}")
        after = self.new("exclusiveGateway")
        self.flow(split, after, f"{counter} = {block[1]}")
        return merge, after, done

    def _sub(self, block: Block, times: int) -> tuple[str, str, Counter[str]]:
        inner = Drawing(names=self.names, variables=self.variables)
        begin, end, done = inner.draw(block[1], times)
        start, finish = inner.new("startEvent"), inner.new("endEvent")
        inner.flow(start, begin)
        inner.flow(end, finish)
        name = self.new("subProcess", "".join(inner.elements + inner.flows))
        return name, name, done


task = st.just(("task",))
multiple = st.tuples(st.just("many"), st.integers(1, 3), st.booleans())
GATEWAYS = ("parallelGateway", "inclusiveGateway", "exclusiveGateway")


def larger(smaller: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    branches = st.lists(st.tuples(smaller, st.booleans()), min_size=2, max_size=3)
    return st.one_of(
        st.tuples(st.just("sequence"), st.lists(smaller, min_size=1, max_size=3)),
        st.tuples(st.just("fork"), st.sampled_from(GATEWAYS), branches),
        st.tuples(st.just("loop"), st.integers(1, 2), smaller),
        st.tuples(st.just("sub"), smaller),
    )


blocks = st.recursive(st.one_of(task, task, multiple), larger, max_leaves=7)
wholes = st.tuples(st.just("sequence"), st.lists(larger(blocks), min_size=2, max_size=3))


def open_tasks(run: Run) -> Counter[str]:
    question = select(tasks.c.element).where(tasks.c.case_id == run.case, tasks.c.state == "open")
    return Counter(run.ask(lambda tx: tx.execute(question).scalars().all()))


@pytest.mark.soak
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(block=wholes, choice=st.randoms(use_true_random=False))
def test_every_task_is_done_exactly_as_often_as_the_drawing_says(
    world: Run, block: Block, choice: random.Random
):
    drawing = Drawing()
    begin, end, expected = drawing.draw(block, 1)
    drawing.flow(drawing.new("startEvent"), begin)
    drawing.flow(end, drawing.new("endEvent"))
    key = f"p{next(numbers)}"
    world.deploy(file(process(key, "".join(drawing.elements + drawing.flows))))
    world.start(key, **drawing.variables).work()
    try:
        assert played(world, choice, sum(expected.values())) == +expected
    finally:
        standing.leave(world)


def played(run: Run, choice: random.Random, steps: int) -> Counter[str]:
    """Complete tasks in any order until the case is over; how often each was done."""
    done: Counter[str] = Counter()
    for _ in range(steps):
        waiting = open_tasks(run)
        assert waiting, f"the case stands still at {run.tokens()}"
        assert waiting == Counter(
            name for name in run.tokens() if name.startswith("use")
        ) - Counter(queued(run))
        assert list(standing.differences(run)) == []
        assert standing.changed_by_reading(run) == []
        name = choice.choice(sorted(waiting))
        run.complete(name).work()
        done[name] += 1
    assert run.state == "completed"
    assert run.incidents() == []
    assert nothing_is_left(run)
    return done


def queued(run: Run) -> list[str]:
    """Tokens of a sequence whose turn has not come."""
    return [
        each.element
        for each in run.ask(lambda tx: instances.positions(tx, run.case))
        if each.phase == "queued"
    ]


def nothing_is_left(run: Run) -> bool:
    left = run.ask(
        lambda tx: tx.execute(select(scopes.c.id).where(scopes.c.case_id == run.case)).all()
    )
    row = run.ask(
        lambda tx: tx.execute(select(cases.c.tokens).where(cases.c.id == run.case)).scalar_one()
    )
    return not left and row == '{"t":[]}'
