"""The token game of BPMN 2.0.2 clause 13 for tasks and gateways, played by brute force beside the engine.

It knows nothing of the engine: a marking counts the tasks that wait and the tokens that lie on flows, and
where the standard leaves the order open (which of several enabled inclusive joins goes first) every order is
played, so that the answer is the set of all markings in which the process may come to rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Marking = frozenset[tuple[str, int]]
"""Names of tasks and flows, each with its count."""
JOINS = frozenset({"parallelGateway", "inclusiveGateway"})
MOST_TOKENS = 16


class TooManyError(Exception):
    """The process makes tokens faster than the game can be played."""


@dataclass
class Flow:
    """A sequence flow; `condition` is the variable that opens it, None where it is always open."""

    id: str
    source: str
    target: str
    condition: str | None = None


@dataclass
class Net:
    """A process of tasks and gateways; `defaults` are the flows that are taken where no other is."""

    kinds: dict[str, str] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    defaults: set[str] = field(default_factory=set)

    def into(self, element: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == element]

    def out_of(self, element: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == element]

    def chosen(self, element: str, variables: Mapping[str, bool]) -> list[Flow]:
        """The flows that a token takes out of an element."""
        flows = self.out_of(element)
        if self.kinds[element] == "parallelGateway":
            return flows
        open_ones = [
            flow
            for flow in flows
            if flow.id not in self.defaults
            and (flow.condition is None or variables[flow.condition])
        ]
        if self.kinds[element] == "exclusiveGateway":
            open_ones = open_ones[:1]
        return open_ones or [flow for flow in flows if flow.id in self.defaults]

    def rests(
        self, begin: Counter[str], variables: Mapping[str, bool], seen: set[Marking] | None = None
    ) -> set[Marking]:
        """Every marking in which the process may come to rest."""
        seen = set() if seen is None else seen
        marking = Counter(begin)
        while self._move(marking, variables):
            if marking.total() > MOST_TOKENS:
                raise TooManyError
        form = frozenset((+marking).items())
        if form in seen:
            return set()
        seen.add(form)
        ready = [name for name in self.kinds if self._is_enabled(name, marking)]
        if not ready:
            return {form}
        found: set[Marking] = set()
        for name in ready:
            after = Counter(marking)
            filled = [flow.id for flow in self.into(name) if after[flow.id]]
            after.subtract(filled)
            after.update(flow.id for flow in self.chosen(name, variables))
            found |= self.rests(after, variables, seen)
        return found

    def done(self, marking: Marking, task: str, variables: Mapping[str, bool]) -> set[Marking]:
        """Every rest after one waiting round of a task was completed."""
        after = Counter(dict(marking))
        after[task] -= 1
        after.update(flow.id for flow in self.chosen(task, variables))
        return self.rests(after, variables)

    def _move(self, marking: Counter[str], variables: Mapping[str, bool]) -> bool:
        """Do everything that does not depend on what is elsewhere; say whether there was anything."""
        for name, kind in self.kinds.items():
            flows = self.into(name)
            lying = [flow.id for flow in flows if marking[flow.id] > 0]
            if not lying or (kind == "inclusiveGateway" and len(flows) > 1):
                continue
            if kind == "parallelGateway":
                if len(lying) < len(flows):
                    continue
                marking.subtract(lying)
            else:
                marking[lying[0]] -= 1
            if kind == "userTask":
                marking[name] += 1
            elif kind != "endEvent":
                marking.update(flow.id for flow in self.chosen(name, variables))
            return True
        return False

    def _is_enabled(self, name: str, marking: Counter[str]) -> bool:
        """Table 13.3: no token elsewhere can come to an empty flow that cannot come to a filled one."""
        flows = self.into(name)
        if self.kinds[name] != "inclusiveGateway" or len(flows) == 1:
            return False
        filled = {flow.id for flow in flows if marking[flow.id] > 0}
        empty = {flow.id for flow in flows} - filled
        if not filled:
            return False
        for place, count in marking.items():
            if count > 0 and place not in filled:
                ahead = set(self._ahead(place, name))
                if ahead & empty and not ahead & filled:
                    return False
        return True

    def _ahead(self, place: str, gateway: str) -> Iterator[str]:
        """The flows that a token can come to from a task or a flow, without passing a gateway."""
        here = {flow.id: flow for flow in self.flows}
        waiting = [here[place]] if place in here else self.out_of(place)
        seen: set[str] = set()
        while waiting:
            flow = waiting.pop()
            if flow.id not in seen:
                seen.add(flow.id)
                yield flow.id
                waiting += [] if flow.target == gateway else self.out_of(flow.target)
