"""Where each outcome leads: to a stage of the same table, to an end, or to the stage that follows."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ledger.words import say
from process_defs.language import (
    APPROVED,
    DONE,
    END,
    NEXT,
    Approve,
    Definition,
    Goto,
    Outcome,
    Parallel,
    Place,
    Stage,
)
from process_defs.problems import Problem


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of a stage. `stage` or `end` is where it leads; neither: out of the branch."""

    outcome: str
    stage: str | None = None
    end: str | None = None

    @property
    def slug(self) -> str:
        """The outcome as a part of an XML id."""
        return slug(self.outcome)


def slug(text: str) -> str:
    """Return `text` as a part of an XML id."""
    return re.sub(r"_{2,}", "_", re.sub(r"[^\w.-]+", "_", text)).strip("_") or "x"


class Targets:
    """The ways of every stage; `problems` are those that lead nowhere."""

    def __init__(self, definition: Definition) -> None:
        self.problems: list[Problem] = []
        self._definition = definition
        self._stages = {stage.id: stage for stage in definition.every_stage()}
        self._ways: dict[str, tuple[Way, ...]] = {}
        self._on_due: dict[str, Way] = {}
        self._series(definition.stages, is_branch=False)

    def ways(self, stage: Stage) -> tuple[Way, ...]:
        """Return where each outcome of the stage leads, in order."""
        return self._ways[stage.id]

    def stage(self, stage_id: str) -> Stage:
        """Return a stage that a way leads to."""
        return self._stages[stage_id]

    def way(self, stage: Stage, outcome: str) -> Way | None:
        """Return where one outcome leads."""
        return next((way for way in self._ways[stage.id] if way.outcome == outcome), None)

    def on_due(self, stage: Stage) -> Way | None:
        """Return where the stage leads when it is not done by its deadline."""
        return self._on_due.get(stage.id)

    def used_ends(self) -> Iterator[str]:
        """Yield the ends that something leads to, in order, each once."""
        found = [way.end for ways in self._ways.values() for way in ways]
        found += [way.end for way in self._on_due.values()]
        yield from dict.fromkeys(end for end in found if end)

    def _series(self, stages: tuple[Stage, ...], *, is_branch: bool) -> None:
        scope = _Scope(tuple(stage.id for stage in stages), is_branch)
        for position, stage in enumerate(stages):
            follows = stages[position + 1].id if position + 1 < len(stages) else None
            self._stage(stage, scope, follows)
            if isinstance(stage.work, Parallel):
                for branch in stage.work.branches:
                    self._series(branch, is_branch=True)

    def _stage(self, stage: Stage, scope: _Scope, follows: str | None) -> None:
        said = {outcome.id: outcome for outcome in stage.outcomes}
        names = dict.fromkeys(
            (*said, *(stage.outcome_ids if not said or isinstance(stage.work, Approve) else ()))
        )
        if isinstance(stage.work, Approve):
            names.update(dict.fromkeys((APPROVED, "declined")))
        found = []
        for name in names:
            way = self._way(stage, name, said.get(name), scope, follows)
            if way is not None:
                found.append(way)
        self._ways[stage.id] = tuple(found)
        if stage.on_due is not None:
            way = self._follow(stage, "due", stage.on_due, scope, follows)
            if way is not None:
                self._on_due[stage.id] = way

    def _way(
        self, stage: Stage, name: str, outcome: Outcome | None, scope: _Scope, follows: str | None
    ) -> Way | None:
        if outcome is not None and outcome.goto is not None:
            return self._follow(stage, name, outcome.goto, scope, follows)
        if outcome is None and name in (DONE, APPROVED):
            return _next(name, scope, follows)
        place = outcome.place if outcome else stage.place
        message = say(
            "The outcome '%(name)s' leads nowhere: name a stage, {end: …}, or 'next'.", name=name
        )
        self._note(stage, place, "outcome-without-target", message)
        return None

    def _follow(
        self, stage: Stage, name: str, goto: Goto, scope: _Scope, follows: str | None
    ) -> Way | None:
        target = goto.name.text
        if goto.is_end:
            return self._to_end(stage, name, goto, scope)
        if target == NEXT:
            return _next(name, scope, follows)
        if target in scope.stages:
            return Way(name, stage=target)
        if self._definition.stage(target) is not None:
            message = say(
                "'%(target)s' lies outside: a branch of 'parallel' can neither be left nor entered by an outcome.",
                target=target,
            )
        elif target in self._definition.ends:
            message = say("'%(target)s' is an end: write {end: %(target)s}.", target=target)
        else:
            message = say(
                "There is no stage '%(target)s'.%(near)s",
                target=target,
                near=_near(target, scope.stages),
            )
        self._note(stage, goto.name.place, "unknown-target", message)
        return None

    def _to_end(self, stage: Stage, name: str, goto: Goto, scope: _Scope) -> Way | None:
        end = goto.name.text
        if scope.is_branch:
            message = say(
                "A branch cannot end the case ('%(end)s'); let it finish, and decide in the stage that follows.",
                end=end,
            )
            self._note(stage, goto.name.place, "unknown-target", message)
        elif end != END and end not in self._definition.ends:
            message = say(
                "There is no end '%(end)s' under 'ends'.%(near)s",
                end=end,
                near=_near(end, tuple(self._definition.ends)),
            )
            self._note(stage, goto.name.place, "unknown-target", message)
        else:
            return Way(name, end=end)
        return None

    def _note(self, stage: Stage, place: Place, rule: str, message: str) -> None:
        self.problems.append(Problem("error", place.line, place.column, stage.id, rule, message))


@dataclass(frozen=True, slots=True)
class _Scope:
    stages: tuple[str, ...]
    is_branch: bool


def _next(name: str, scope: _Scope, follows: str | None) -> Way:
    if follows is not None:
        return Way(name, stage=follows)
    return Way(name) if scope.is_branch else Way(name, end=END)


def _near(word: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word, known, 1, 0.6)
    return say(" Did you mean '%(near)s'?", near=near[0]) if near else ""
