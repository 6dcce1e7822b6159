"""The form with which running cases move: versions, cases, what stands for what, what becomes of deadlines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from werkzeug.datastructures import MultiDict

from engine import definitions, migration
from engine.bpmn import graph
from engine.definitions import Definition
from engine.migration import Terms, fitting
from engine.waiting.cases import cases, scopes
from ledger import numbers
from web import position, process_words, running, visit
from web.fields import Option

MOST_LISTED = 100
"""How many cases the form lists to choose from; all others can only move together."""
PASSED = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway", "scriptTask"}
)
"""Elements that few tokens stay at: they are asked for only where one does."""
ALONE = frozenset({"startEvent", "endEvent"})
"""Elements that no token waits at."""


@dataclass(frozen=True, slots=True)
class Line:
    """One element of the version the cases run by: how many cases stand there, what may stand for it, what does."""

    element: str
    title: str
    cases: int
    options: tuple[Option, ...]
    chosen: str
    is_gone: bool
    is_suggested: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for: the cases, the versions between which they move, the mapping, the deadlines."""

    source: Definition
    target: Definition
    cases: tuple[int, ...] | None
    """The chosen ones; None: all that run by the source."""
    given: Mapping[str, str]
    policy: str
    grace: str

    @property
    def terms(self) -> Terms:
        """What becomes of deadlines. Raises Rejection(invalid_argument)."""
        return Terms.parse(self.policy, self.grace)

    @property
    def mapping(self) -> dict[str, str]:
        """The elements that are not called as they were."""
        return {old: new for old, new in self.given.items() if new and old != new}

    def numbers(self) -> list[int]:
        """Return the cases that are to move."""
        return live(self.source.id) if self.cases is None else list(self.cases)


def sources(known: Sequence[Definition]) -> list[tuple[Definition, int]]:
    """Return the versions by which cases run, each with how many, the newest first."""
    question = select(cases.c.definition_id, func.count().label("live")).where(
        cases.c.definition_id.in_([one.id for one in known]), cases.c.state.in_(running.LIVE)
    )
    counted = {
        row.definition_id: int(row.live)
        for row in visit.tx().execute(question.group_by(cases.c.definition_id))
    }
    return [(one, counted[one.id]) for one in known if one.id in counted]


def live(definition_id: int) -> list[int]:
    """Return the live cases of a version, the oldest first."""
    question = select(cases.c.id).where(
        cases.c.definition_id == definition_id, cases.c.state.in_(running.LIVE)
    )
    return list(visit.tx().execute(question.order_by(cases.c.id)).scalars())


def listed(definition_id: int, only: Sequence[int] | None = None) -> Sequence[Row[Any]]:
    """Return rows of live cases to choose from."""
    question = select(cases).where(
        cases.c.definition_id == definition_id, cases.c.state.in_(running.LIVE)
    )
    rows = visit.tx().execute(question.order_by(cases.c.id).limit(MOST_LISTED)).all()
    missing = set(only or ()) - {row.id for row in rows}
    if missing:
        rows = [*visit.tx().execute(question.where(cases.c.id.in_(missing))).all(), *rows]
    return rows


def read(known: Sequence[Definition], typed: MultiDict[str, str]) -> Wish | None:
    """Return what is asked for; None where there are no two versions to move between."""
    found = sources(known)
    chosen = [number for text in typed.getlist("case") if (number := numbers.of_record(text))]
    wanted, to = (typed.get(name, type=numbers.whole) for name in ("from", "to"))
    source = next((one for one, _ in found if one.version == wanted), None)
    if source is None and found:
        source = found[-1][0]
    ahead = [one for one in known if one.state == "published" and one != source]
    target = next((one for one in ahead if one.version == to), ahead[0] if ahead else None)
    if source is None or target is None:
        return None
    given = {
        name.removeprefix("map-"): value for name, value in typed.items() if name.startswith("map-")
    }
    is_some = bool(chosen) if "which" not in typed else typed["which"] == "some"
    return Wish(
        source,
        target,
        tuple(chosen) if is_some else None,
        given,
        typed.get("clocks", "keep"),
        typed.get("grace", ""),
    )


def lines(wish: Wish) -> list[Line]:
    """Return the rows of the mapping table: where cases stand, and what is gone."""
    tx = visit.tx()
    source, target = (definitions.process(tx, one.id) for one in (wish.source, wish.target))
    standing = _standing(wish.numbers())
    suggested = migration.suggestions(source, target, wish.mapping)
    found = []
    for element in source.elements.values():
        is_gone = element.id not in target.elements
        there = standing[element.id]
        is_passed = element.kind in PASSED and not there
        if element.kind in ALONE or is_passed or not (there or is_gone):
            continue
        same = element.id if not is_gone else suggested.get(element.id, "")
        chosen = wish.given.get(element.id, same)
        found.append(
            Line(
                element=element.id,
                title=_title(wish.source, element),
                cases=there,
                options=_options(wish.target, target, element),
                chosen=chosen,
                is_gone=is_gone,
                is_suggested=is_gone and bool(chosen) and chosen == suggested.get(element.id),
            )
        )
    return sorted(found, key=lambda line: (not line.cases, not line.is_gone))


def _options(
    definition: Definition, target: graph.Process, element: graph.Element
) -> tuple[Option, ...]:
    fits = [one for one in target.elements.values() if fitting.is_same_kind(element, one)]
    return tuple(Option(one.id, _title(definition, one)) for one in fits)


def _title(definition: Definition, element: graph.Element) -> str:
    """Return what an element is called; one without a name by its id."""
    return process_words.element_title(definition.id, element.id)


def _standing(case_ids: Sequence[int]) -> Counter[str]:
    """Count the cases by the elements they stand at; one with several tokens at an element once."""
    wanted = list(case_ids)[: migration.MOST_LOOKED_AT]
    if not wanted:
        return Counter()
    tx = visit.tx()
    rows = [
        *tx.execute(select(cases.c.id, cases.c.tokens).where(cases.c.id.in_(wanted))),
        *tx.execute(select(scopes.c.case_id, scopes.c.tokens).where(scopes.c.case_id.in_(wanted))),
    ]
    there = {(case_id, element) for case_id, text in rows for element in position.elements(text)}
    return Counter(element for _, element in there)
