"""A second opinion: the same steps through SpiffWorkflow, and where the two differ.

Imported by `kontor simulate --reference` alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine import definitions, instances
from engine.bpmn.graph import Activity, Process, UserTask
from engine.feel import Value
from ledger import transaction
from ledger.rejection import Rejection
from web import definition_files
from web.scenarios import simulation
from web.scenarios.reference import joins, limits
from web.scenarios.reference.second import Second, TooDeepError
from web.scenarios.world import World

HOLDING = frozenset({"inside", "multi", "join", "queued", "armed"})
FAULTS = (SpiffWorkflowException, ValidationException, Rejection, ValueError, TypeError, KeyError)


@dataclass
class Opinion:
    """What came of it: our answer, what was not compared and why, and what differs."""

    answer: dict[str, Any]
    unread: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    processes: dict[str, Process] = field(default_factory=dict)


def compare(case: Mapping[str, Any], folder: Path) -> Opinion:
    """Run a case of `simulation.run` through both; its `auto` is not for this."""
    world = World()
    opinion = Opinion({"id": case.get("id")})
    try:
        second = _prepared(world, case, folder, opinion)
        for index, step in enumerate(case["steps"] if "error" not in opinion.answer else ()):
            error = simulation.error(partial(simulation.apply, world, step))
            if error is not None:
                opinion.answer["error"] = f"step {index}: {error}"
                break
            if second is not None and not _follow(world, second, step, index, opinion):
                second = None
        happened = {"trace": simulation.trace(world), "instances": simulation.instances(world)}
        opinion.answer |= happened
    finally:
        world.close()
    return opinion


def _prepared(
    world: World, case: Mapping[str, Any], folder: Path, opinion: Opinion
) -> Second | None:
    """Deploy the files here, and let SpiffWorkflow read them unless something stands against it."""
    files = [folder / name for name in case["files"]]
    deployed: list[definitions.Definition] = []
    error = simulation.error(lambda: deployed.extend(world.deploy(files)))
    if error is not None:
        opinion.answer["error"] = error
        return None
    with transaction.read(world.store, "worker") as tx:
        opinion.processes = {each.key: definitions.process(tx, each.id) for each in deployed}
    opinion.unread += [words for each in opinion.processes.values() for words in limits.found(each)]
    opinion.unread += _values_of_branches(opinion.processes, case["steps"])
    opinion.unread += _steps(case["steps"])
    if opinion.unread:
        return None
    models = [definition_files.look(file.name, file.read_bytes()).source for file in files]
    try:
        return Second(opinion.processes, [each.xml for each in models if each], world.clock.now)
    except (*FAULTS, RecursionError) as fault:
        opinion.unread.append(f"its reader refuses the files: {fault}")
        return None


def _follow(
    world: World, second: Second, step: Mapping[str, Any], index: int, opinion: Opinion
) -> bool:
    """Do one more step in SpiffWorkflow. Return whether it may go on: it did the same."""
    try:
        apply(second, step, opinion.processes)
    except TooDeepError as fault:
        opinion.unread.append(f"step {index}: {fault}")
        return False
    except FAULTS as fault:
        words = fault.sentence if isinstance(fault, Rejection) else str(fault)
        opinion.differences.append(f"step {index}: SpiffWorkflow cannot apply it: {words}")
        return False
    found = [f"step {index}: {words}" for words in differ(world, second)]
    opinion.differences += found
    return not found


def apply(second: Second, step: Mapping[str, Any], processes: Mapping[str, Process]) -> None:
    """Apply one step to SpiffWorkflow's side."""
    given = {name: simulation.read(value) for name, value in step.get("variables", {}).items()}
    match step:
        case {"start": str(key)}:
            second.start(key, given, step.get("subject"))
        case {"complete": str(element)}:
            second.complete(element, given | _outcome(processes, element, step.get("outcome")))
        case {"message": str(name)}:
            second.message(name, given)
        case {"signal": str(name)}:
            second.signal(name, given)
        case {"job": str(element)}:
            second.job(element, given)
        case {"advance": str(duration)}:
            second.advance(duration)


def differ(world: World, second: Second) -> Iterator[str]:
    """Yield a sentence for each difference: activities completed, what is waited for, how the cases stand."""
    ours, theirs = _completed(world, second), second.completed()
    yield from _unequal("has completed {} {} times", ours, theirs)
    yield from _unequal("waits at {} {} times", waiting(world), second.waiting())
    cases = [number for number, (_, case) in world.trace.instances.items() if case == number]
    for number, state in zip(cases, second.states(), strict=False):
        if world.state(number) not in (state, "terminated"):
            process = world.trace.instances[number][0]
            yield f"{process} is {world.state(number)}; by SpiffWorkflow it is {state}"


def _completed(world: World, second: Second) -> Counter[str]:
    return Counter(
        step.element
        for step in world.trace.steps
        if step.event == "completed" and isinstance(second.elements.get(step.element), Activity)
    )


def waiting(world: World) -> Counter[str]:
    """Return the tasks and events that our cases wait at, each with its count."""
    cases = {case for _, case in world.trace.instances.values()}
    with transaction.read(world.store, "worker") as tx:
        return Counter(
            each.element
            for case in cases
            for each in instances.positions(tx, case)
            if each.phase not in HOLDING
        )


def _unequal(words: str, ours: Counter[str], theirs: Counter[str]) -> Iterator[str]:
    for name in sorted({*ours, *theirs}):
        if ours[name] != theirs[name]:
            yield f"Kontor {words.format(name, ours[name])}, SpiffWorkflow {theirs[name]}"


def _outcome(processes: Mapping[str, Process], name: str, outcome: str | None) -> dict[str, Value]:
    for process in processes.values():
        element = process.elements.get(name)
        if isinstance(element, UserTask) and element.outcomes:
            one = outcome or element.outcomes[0].id
            return {f"{(element.stage or name).replace('-', '_')}_outcome": one}
    return {}


def _steps(steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for index, step in enumerate(steps):
        if "error" in step:
            yield f"step {index}: it does not keep errors to the scope that they are thrown in"
        if step.get("correlation"):
            yield f"step {index}: correlation is evaluated as Python text"


def _values_of_branches(
    processes: Mapping[str, Process], steps: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield the steps that assign variables in a branch: a join may bring the old value back."""
    names = {name for each in processes.values() for name in joins.in_branches(each)}
    for index, step in enumerate(steps):
        element = step.get("complete") or step.get("job")
        if element in names and (step.get("variables") or step.get("outcome")):
            yield f"step {index}: a parallel join brings back what another branch knew before {element}"
