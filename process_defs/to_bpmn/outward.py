"""What is set inside a frame and read behind it: such a variable belongs to the whole process (BPMN 2.0.2, 10.4.1)."""

from __future__ import annotations

from collections.abc import Iterator

from process_defs import drawn
from process_defs.language import Approve, Auto, Decide, Definition, Draw, Run, Stage, Wait, walk
from process_defs.to_bpmn import decisions


def names(definition: Definition) -> list[str]:
    """Return the variables that stages inside frames set, each once, in order.

    A drawing done for each item keeps its variables to each round.
    """
    found: dict[str, None] = {}
    for stage in definition.every_stage():
        if isinstance(stage.work, Draw) and stage.each is None:
            found.update(dict.fromkeys(drawn.gives(drawn.parsed(stage.work.said.text).root)))
        elif stage.is_framed:
            inner = (one for one in walk((stage,)) if one is not stage)
            found.update(dict.fromkeys(name for one in inner for name in _set(one)))
    return [name for name in found if "." not in name]


def _set(stage: Stage) -> Iterator[str]:
    yield from (row.target.text for row in stage.sets)
    yield from (field.name for field in stage.form)
    yield from (field.name for outcome in stage.outcomes for field in outcome.ask)
    if stage.outcomes or isinstance(stage.work, Approve):
        yield stage.variable
    match stage.work:
        case Approve():
            yield stage.votes
        case Wait() | Auto():
            yield from (name.text for name in stage.work.gives)
        case Run():
            yield from (row.target.text for row in stage.work.gives)
        case Decide():
            yield from decisions.given(stage, stage.work)
