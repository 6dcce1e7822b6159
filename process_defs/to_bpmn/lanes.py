"""What elements are called, and in whose lane they stand."""

from __future__ import annotations

from collections.abc import Mapping

from process_defs.language import Approve, Definition, Person, Stage, Title, walk


def name_of(title: Title | None, id: str) -> str:
    """Return the words for people: the title, else the id as words."""
    return str(title) if title else id.replace("-", " ").replace("_", " ").capitalize()


def lanes_of(definition: Definition) -> Mapping[str, str]:
    """Return the lane of each stage: its responsible, its voters, else that of the stage before."""
    lanes: dict[str, str] = {}
    last = next((lane for stage in walk(definition.stages) if (lane := _role(stage))), "")
    for stage in walk(definition.stages):
        last = lanes[stage.id] = _role(stage) or last
    return lanes


def _role(stage: Stage) -> str:
    if (
        isinstance(stage.work, Person)
        and stage.work.responsible
        and not stage.work.responsible.is_expression
    ):
        return stage.work.responsible.text
    if isinstance(stage.work, Approve):
        return ", ".join(voter.text for voter in stage.work.by)
    return ""
