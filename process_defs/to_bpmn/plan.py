"""From stages to elements and flows: skip gateway, activity, outcome gateway, branches, ends."""

from __future__ import annotations

from collections.abc import Mapping

from process_defs import literals
from process_defs.drawing import Drawing, Edge, Kind, Node
from process_defs.language import (
    END,
    Auto,
    Decide,
    Definition,
    Draw,
    End,
    Parallel,
    Run,
    Stage,
    Wait,
    walk,
)
from process_defs.problems import Invalid
from process_defs.targets import Targets, Way, slug
from process_defs.to_bpmn.lanes import lanes_of, name_of

START = "start__by_hand"


def draw(definition: Definition) -> Drawing:
    """Return the elements and flows of a definition, each in its cell.

    Raises Invalid where an outcome leads nowhere.
    """
    targets = Targets(definition)
    if targets.problems:
        raise Invalid(targets.problems)
    lanes = lanes_of(definition)
    order = tuple(dict.fromkeys(lanes[stage.id] for stage in walk(definition.stages)))
    plan = _Plan(targets, lanes if len(order) > 1 else dict.fromkeys(lanes, ""))
    drawing = plan.drawing
    drawing.lanes = order if len(order) > 1 else ("",)
    first = definition.stages[0]
    plan.starts(definition, first)
    column = plan.series(definition.stages, None, 1, {})
    ends = list(targets.used_ends())
    for name in ends:
        end = definition.ends.get(name) or End(name)
        plan.end(end, column)
    return drawing


class _Plan:
    def __init__(self, targets: Targets, lanes: Mapping[str, str]) -> None:
        self.drawing = Drawing()
        self._targets = targets
        self._lanes = lanes
        self._taken: set[tuple[int, str, int]] = set()
        self._lane_of_end: dict[str, str] = {}

    def starts(self, definition: Definition, first: Stage) -> None:
        lane = self._lanes[first.id]
        self._put(Node(START, "startEvent", "By hand", None, 0, lane))
        self._edge(Edge(f"flow__{START}", START, entry(first)))
        for trigger in definition.start.triggers:
            if trigger.kind == "message":
                id = f"start__{slug(trigger.said.text)}"
                self._put(
                    Node(
                        id,
                        "startEvent",
                        trigger.said.text,
                        trigger,
                        0,
                        lane,
                        self._free(0, 1, lane),
                    )
                )
                self._edge(Edge(f"flow__{id}", id, entry(first)))

    def end(self, end: End, column: int) -> None:
        lane = self._lane_of_end.get(end.id, self.drawing.lanes[0])
        name = "End" if end.id == END and not end.title else name_of(end.title, end.id)
        self._put(Node(end.id, "endEvent", name, end, column, lane, self._free(column, 1, lane)))

    def series(
        self, stages: tuple[Stage, ...], after: str | None, column: int, rows: Mapping[str, int]
    ) -> int:
        """Place stages one after another from `column`; ways out of a branch lead to `after`."""
        for stage in stages:
            column = self._stage(stage, after, column, rows)
        return column

    def _stage(self, stage: Stage, after: str | None, column: int, rows: Mapping[str, int]) -> int:
        lane = self._lanes.get(stage.id, "")
        row = rows.get(lane, 0)
        if stage.skip is not None:
            self._skip(
                stage,
                stage.skip.outcome.text,
                after,
                Node(
                    f"{stage.id}__skip",
                    "exclusiveGateway",
                    f"Skip {name_of(stage.title, stage.id)}?",
                    None,
                    column,
                    lane,
                    row,
                ),
            )
            column += 1
        if isinstance(stage.work, Parallel) and not stage.is_framed:
            column, source = self._branches(stage, stage.work, column, row)
        else:
            self._put(self._activity(stage, column, lane, row))
            column, source = column + 1, stage.id
        self._due(stage, after, column - 1, lane, row)
        return self._leave(stage, source, after, column, lane, row)

    def _leave(
        self, stage: Stage, source: str, after: str | None, column: int, lane: str, row: int
    ) -> int:
        ways = self._targets.ways(stage)
        if len(ways) == 1:
            self._edge(
                Edge(f"flow__{stage.id}__{ways[0].slug}", source, self._goal(ways[0], after, lane))
            )
            return column
        gateway = f"{stage.id}__outcome"
        self._put(Node(gateway, "exclusiveGateway", "", None, column, lane, row))
        self._edge(Edge(f"flow__{stage.id}", source, gateway))
        titles = {outcome.id: outcome.title for outcome in stage.outcomes}
        for way in ways:
            name = name_of(titles.get(way.outcome), way.outcome)
            condition = f"{stage.variable} = {literals.string(way.outcome)}"
            self._edge(
                Edge(
                    f"flow__{stage.id}__{way.slug}",
                    gateway,
                    self._goal(way, after, lane),
                    name,
                    condition,
                )
            )
        return column + 1

    def _skip(self, stage: Stage, outcome: str, after: str | None, gateway: Node) -> None:
        way = self._targets.way(stage, outcome)
        if way is None or stage.skip is None:
            return
        gateway.default = f"flow__{gateway.id}__no"
        self._put(gateway)
        inner = (
            f"{stage.id}__fork"
            if isinstance(stage.work, Parallel) and not stage.is_framed
            else stage.id
        )
        self._edge(Edge(gateway.default, gateway.id, inner, "no"))
        goal = self._goal(way, after, gateway.lane)
        self._edge(
            Edge(f"flow__{gateway.id}__{way.slug}", gateway.id, goal, "yes", stage.skip.when.text)
        )

    def _due(self, stage: Stage, after: str | None, column: int, lane: str, row: int) -> None:
        way = self._targets.on_due(stage)
        if way is None:
            return
        event = Node(
            f"{stage.id}__due",
            "boundaryEvent",
            "due",
            stage,
            column,
            lane,
            row,
            attached_to=stage.id,
        )
        self.drawing.nodes.append(event)
        self._edge(Edge(f"flow__{event.id}", event.id, self._goal(way, after, lane)))

    def _branches(self, stage: Stage, work: Parallel, column: int, row: int) -> tuple[int, str]:
        fork, join = f"{stage.id}__fork", f"{stage.id}__join"
        lane = self._lanes.get(stage.id, "")
        name = "" if stage.is_framed else name_of(stage.title, stage.id)  # a frame bears it already
        self._put(Node(fork, "parallelGateway", name, stage, column, lane, row))
        last = column + 1
        for number, branch in enumerate(work.branches, 1):
            width = 1 + sum(_width(it) for it in branch)
            rows = {name: self._free(column + 1, width, name) for name in self.drawing.lanes}
            self._edge(Edge(f"flow__{fork}__{branch[0].id}", fork, entry(branch[0])))
            end = self._branch(branch, f"{stage.id}__merge__{number}", join, column + 1, rows)
            last = max(last, end)
        self._put(Node(join, "parallelGateway", "", None, last, lane, row))
        return last + 1, join

    def _branch(
        self, branch: tuple[Stage, ...], merge: str, join: str, column: int, rows: Mapping[str, int]
    ) -> int:
        """Place a branch; several ways out of it are merged, because a join takes one token of each flow."""
        end = self.series(branch, merge, column, rows)
        ways = [edge for edge in self.drawing.edges if edge.target == merge]
        if len(ways) == 1:
            ways[0].target = join
            return end
        lane = self._lanes.get(branch[-1].id, "")
        self._put(Node(merge, "exclusiveGateway", "", None, end, lane, rows.get(lane, 0)))
        self._edge(Edge(f"flow__{merge}", merge, join))
        return end + 1

    def _activity(self, stage: Stage, column: int, lane: str, row: int) -> Node:
        kind: Kind = "userTask"
        inner = None
        match stage.work:
            case Wait(message=None):
                kind, inner = "subProcess", _waiting(stage)
            case Wait():
                kind = "receiveTask"
            case Auto():
                kind = "serviceTask"
            case Run():
                kind = "callActivity"
            case Decide():
                kind = "businessRuleTask"
            case Draw():
                kind = "subProcess"
            case Parallel():
                kind, inner = "subProcess", self._framed(stage, stage.work)
        return Node(
            stage.id, kind, name_of(stage.title, stage.id), stage, column, lane, row, inner=inner
        )

    def _framed(self, stage: Stage, work: Parallel) -> Drawing:
        inside = _Plan(self._targets, {})
        start, end = f"{stage.id}__start", f"{stage.id}__end"
        inside._put(Node(start, "startEvent"))
        inside._edge(Edge(f"flow__{start}", start, f"{stage.id}__fork"))
        column, join = inside._branches(stage, work, 1, 0)
        inside._put(Node(end, "endEvent", column=column))
        inside._edge(Edge(f"flow__{join}", join, end))
        return inside.drawing

    def _goal(self, way: Way, after: str | None, lane: str) -> str:
        if way.stage is not None:
            stage = self._targets.stage(way.stage)
            return entry(stage)
        if way.end is not None:
            self._lane_of_end.setdefault(way.end, lane)
            return way.end
        return after or END

    def _free(self, column: int, width: int, lane: str) -> int:
        """Return the first row of the lane in which `width` columns are empty."""
        row = 0
        while any((column + step, lane, row) in self._taken for step in range(max(width, 1))):
            row += 1
        return row

    def _put(self, node: Node) -> None:
        self._taken.add((node.column, node.lane, node.row))
        self.drawing.nodes.append(node)

    def _edge(self, edge: Edge) -> None:
        self.drawing.edges.append(edge)


def entry(stage: Stage) -> str:
    """Return the element at which a stage is entered: a goto to one that can be skipped asks again."""
    if stage.skip is not None:
        return f"{stage.id}__skip"
    if isinstance(stage.work, Parallel) and not stage.is_framed:
        return f"{stage.id}__fork"
    return stage.id


def _width(stage: Stage) -> int:
    """How many columns a stage takes."""
    inside = 1
    if isinstance(stage.work, Parallel) and not stage.is_framed:
        inside = 3 + max(sum(_width(it) for it in branch) for branch in stage.work.branches)
    return inside + (stage.skip is not None) + (len(stage.outcome_ids) > 1)


def _waiting(stage: Stage) -> Drawing:
    start, event, end = f"{stage.id}__start", f"{stage.id}__event", f"{stage.id}__end"
    nodes = [
        Node(start, "startEvent"),
        Node(event, "intermediateCatchEvent", "", stage, 1),
        Node(end, "endEvent", column=2),
    ]
    return Drawing(
        nodes, [Edge(f"flow__{start}", start, event), Edge(f"flow__{event}", event, end)]
    )
