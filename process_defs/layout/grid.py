"""Cells and tracks: which lines need which room, and where columns and rows then begin."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from process_defs.drawing import Drawing, Edge, Node
from process_defs.layout.boxes import (
    BAND,
    GUTTER,
    NAMED_GUTTER,
    PAD,
    SIZES,
    TASK,
    TRACK,
    Box,
    Layout,
    Point,
)


@dataclass(frozen=True, slots=True)
class _Run:
    """A line's way: which tracks it takes. `band` None: only the gutter behind its source."""

    source: Node
    target: Node
    band: tuple[str, int] | None


class Grid:
    """The measured grid of one drawing: `boxes` by element, `lanes` by name, and the corners of each line."""

    def __init__(self, drawing: Drawing, inner: Mapping[str, Layout]) -> None:
        self._nodes = {node.id: node for node in drawing.nodes}
        self._sizes = {node.id: _size(node, inner) for node in drawing.nodes}
        self._columns_of_row: dict[tuple[str, int], list[int]] = {}
        for node in sorted(drawing.nodes, key=lambda node: node.column):
            self._columns_of_row.setdefault((node.lane, node.row), []).append(node.column)
        self._exits = self._to_the_right(drawing.edges)
        self._named = {self._nodes[edge.source].column for edge in drawing.edges if edge.name}
        self._runs = {edge.id: run for edge in drawing.edges if (run := self._run(edge))}
        self._gutters = self._share_gutters()
        self._bands = self._share_bands()
        self._columns = self._place_columns()
        self.lanes: dict[str, Box] = {}
        self._rows: dict[tuple[str, int], tuple[int, int]] = {}
        self._place_rows(drawing.lanes)
        self.boxes = {node.id: self._box(node) for node in drawing.nodes if not node.attached_to}
        self.boxes |= {node.id: self._attached(node) for node in drawing.nodes if node.attached_to}

    # Which lines need which tracks.

    def _run(self, edge: Edge) -> _Run | None:
        """Return the tracks that a line needs; None where it goes straight on."""
        source, target = self._nodes[edge.source], self._nodes[edge.target]
        if edge.id in self._exits:
            return None if self._is_straight(source, target) else _Run(source, target, None)
        return _Run(source, target, (source.lane, source.row))

    def _to_the_right(self, edges: Iterable[Edge]) -> frozenset[str]:
        """Return the lines that leave at the right: of each shape one, of a fork all; the others leave below."""
        found: dict[str, tuple[int, str]] = {}
        every = []
        for edge in edges:
            source, target = self._nodes[edge.source], self._nodes[edge.target]
            distance = target.column - source.column
            is_near = distance == 1 or self._is_straight(source, target)
            if source.attached_to or not is_near:
                continue
            if source.kind == "parallelGateway":
                every.append(edge.id)
            elif source.id not in found or found[source.id][0] > distance:
                found[source.id] = distance, edge.id
        return frozenset((*every, *(id for _, id in found.values())))

    def _is_straight(self, source: Node, target: Node) -> bool:
        row = (source.lane, source.row)
        if row != (target.lane, target.row) or target.column <= source.column:
            return False
        columns = self._columns_of_row[row]
        return bisect_right(columns, source.column) == bisect_left(columns, target.column)

    def _share_gutters(self) -> dict[int, list[str]]:
        """Lines to one target share a track in the gutter before it, so that they join."""
        found: dict[int, list[str]] = {}
        for run in self._runs.values():
            tracks = found.setdefault(run.target.column - 1, [])
            if run.target.id not in tracks:
                tracks.append(run.target.id)
        return found

    def _share_bands(self) -> dict[str, int]:
        """Lines of a band to one target share a track, so that they join; others take the first where none is."""
        runs: dict[tuple[tuple[str, int], str], list[str]] = {}
        for id, run in self._runs.items():
            if run.band is not None:
                runs.setdefault((run.band, run.target.id), []).append(id)
        spans = {key: self._span(ids) for key, ids in runs.items()}
        taken: dict[tuple[str, int], list[list[tuple[float, float]]]] = {}
        tracks: dict[str, int] = {}
        for key in sorted(spans, key=lambda key: spans[key][1] - spans[key][0]):
            track = _first_free(taken.setdefault(key[0], []), *spans[key])
            tracks.update(dict.fromkeys(runs[key], track))
        self._tracks_of_band = {band: len(found) for band, found in taken.items()}
        return tracks

    def _span(self, ids: list[str]) -> tuple[float, float]:
        """Return from which column to which lines run; half a column is the gutter before it."""
        ends = [float(self._runs[id].source.column) for id in ids]
        ends.append(self._runs[ids[0]].target.column - 0.5)
        return min(ends), max(ends)

    # Measures.

    def _place_columns(self) -> list[tuple[int, int]]:
        widths = [0] * (max(node.column for node in self._nodes.values()) + 1)
        for node in self._nodes.values():
            if not node.attached_to:
                widths[node.column] = max(widths[node.column], self._sizes[node.id][0])
        x = PAD + self._gutter_width(-1)
        columns = []
        for column, width in enumerate(widths):
            columns.append((x, width))
            x += width + self._gutter_width(column)
        self.width = columns[-1][0] + columns[-1][1] + PAD
        return columns

    def _gutter_width(self, column: int) -> int:
        tracks = len(self._gutters.get(column, ()))
        if column < 0:
            return tracks * TRACK
        room = NAMED_GUTTER if column in self._named else GUTTER
        return room + max(0, tracks - 1) * TRACK

    def _place_rows(self, lanes: Iterable[str]) -> None:
        y = 0
        for lane in lanes:
            top, y = y, y + PAD // 2
            rows = (
                max((node.row for node in self._nodes.values() if node.lane == lane), default=0) + 1
            )
            for row in range(rows):
                height = max(
                    (
                        self._sizes[node.id][1]
                        for node in self._nodes.values()
                        if (node.lane, node.row) == (lane, row)
                    ),
                    default=0,
                )
                height = max(height, SIZES["exclusiveGateway"][1])
                self._rows[lane, row] = (y + PAD // 2, height)
                y += PAD // 2 + height + BAND + self._tracks_of_band.get((lane, row), 0) * TRACK
            self.lanes[lane] = Box(0, top, self.width, y - top)
        self.height = y + y % 2  # even, so that the middles of all shapes of a row are one line

    def _box(self, node: Node) -> Box:
        (left, room), (top, height) = self._columns[node.column], self._rows[node.lane, node.row]
        width, tall = self._sizes[node.id]
        return Box(left + (room - width) // 2, top + (height - tall) // 2, width, tall)

    def _attached(self, node: Node) -> Box:
        host, (width, height) = self.boxes[node.attached_to or ""], self._sizes[node.id]
        return Box(host.right - width - 8, host.bottom - height // 2, width, height)

    # Lines.

    def points(self, edge: Edge) -> list[Point]:
        """Return the corners of a line, from the source's outline to the target's."""
        source, target = self.boxes[edge.source], self.boxes[edge.target]
        run = self._runs.get(edge.id)
        goal = (target.x, target.middle[1])
        if run is None:
            return [(source.right, source.middle[1]), goal]
        x = self._gutter_x(run.target)
        if run.band is None:
            return [(source.right, source.middle[1]), (x, source.middle[1]), (x, goal[1]), goal]
        top, height = self._rows[run.band]
        y = top + height + BAND + self._bands[edge.id] * TRACK
        start = source.middle[0]
        return [(start, source.bottom), (start, y), (x, y), (x, goal[1]), goal]

    def _gutter_x(self, target: Node) -> int:
        left = self._columns[target.column][0]
        return left - 20 - self._gutters[target.column - 1].index(target.id) * TRACK


def _first_free(taken: list[list[tuple[float, float]]], start: float, end: float) -> int:
    for track, spans in enumerate(taken):
        if all(end < left or start > right for left, right in spans):
            spans.append((start, end))
            return track
    taken.append([(start, end)])
    return len(taken) - 1


def _size(node: Node, inner: Mapping[str, Layout]) -> tuple[int, int]:
    if node.id in inner:
        return inner[node.id].width + 2 * PAD, inner[node.id].height + 2 * PAD
    return SIZES.get(node.kind, TASK)
