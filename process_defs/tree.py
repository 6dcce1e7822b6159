"""YAML as plain texts with their places: no types guessed, no key twice, bounded in size and depth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml import events as yaml_events
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ledger.words import say
from process_defs import mending
from process_defs.language import NOWHERE, Place
from process_defs.problems import Invalid, Problem

MOST_CHARACTERS = 500_000
MOST_NODES = 20_000
DEEPEST = 24
MOST_ALIASES = 50
UNCARRIED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text; `style` is YAML's quote or block sign, empty for a plain one."""

    text: str
    place: Place
    style: str = ""


@dataclass(slots=True)
class Sequence:
    """A list."""

    place: Place
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """Keys and values in the order they are written; `is_flow` where it stands in braces."""

    place: Place
    pairs: list[tuple[Scalar, Node]] = field(default_factory=list)
    is_flow: bool = False


Node = Scalar | Sequence | Mapping


def parse(text: str) -> Node:
    """Return the one document of `text`. Raises Invalid in the owner's words."""
    if len(text) > MOST_CHARACTERS:
        raise _invalid(
            NOWHERE,
            say(
                "The file has %(count)s characters; %(most_characters)s are the most.",
                count=len(text),
                most_characters=MOST_CHARACTERS,
            ),
        )
    try:
        root = _Builder(text).build()
    except MarkedYAMLError as fault:
        raise _from_yaml(text, fault) from None
    except YAMLError as fault:
        raise _invalid(
            NOWHERE, say("The file holds a character that no text may hold: %(fault)s", fault=fault)
        ) from None
    if root is None:
        raise _invalid(NOWHERE, say("The file is empty. Begin it with: kontor: 1"))
    return root


def _invalid(place: Place, message: str, rule: str = "yaml") -> Invalid:
    return Invalid([Problem("error", place.line, place.column, None, rule, message)])


class _Builder:
    """Puts the events of the YAML parser together; never deeper than `DEEPEST`, so nothing overflows."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[Sequence | Mapping] = []
        self._keys: list[Scalar | None] = []
        self._anchors: dict[str, Node] = {}
        self._sizes: dict[int, int] = {}
        self._aliases = self._nodes = 0
        self._root: Node | None = None

    def build(self) -> Node | None:
        for event in _events(self._text):
            match event:
                case yaml_events.DocumentStartEvent() if self._root is not None:
                    raise _invalid(
                        _place(event),
                        say("A file holds one definition; '---' begins a second one."),
                    )
                case yaml_events.AliasEvent():
                    self._alias(event)
                case yaml_events.ScalarEvent():
                    scalar = Scalar(_text(event), _place(event), event.style or "")
                    _carried(scalar)
                    self._begin(scalar, event.anchor)
                    self._attach(scalar)
                case yaml_events.SequenceStartEvent():
                    self._enter(Sequence(_place(event)), event)
                case yaml_events.MappingStartEvent():
                    self._enter(Mapping(_place(event), is_flow=bool(event.flow_style)), event)
                case yaml_events.SequenceEndEvent() | yaml_events.MappingEndEvent():
                    self._leave(event)
        return self._root

    def _begin(self, node: Node, anchor: str | None) -> None:
        self._count(1, node.place)
        if anchor:
            self._anchors[anchor] = node

    def _count(self, nodes: int, place: Place) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES:
            raise _invalid(
                place,
                say(
                    "The file has more than %(most_nodes)s values, aliases counted out.",
                    most_nodes=MOST_NODES,
                ),
            )

    def _enter(self, node: Sequence | Mapping, event: yaml_events.NodeEvent) -> None:
        if len(self._open) >= DEEPEST:
            raise _invalid(
                node.place, say("More than %(deepest)s levels inside one another.", deepest=DEEPEST)
            )
        self._begin(node, event.anchor)
        self._sizes[id(node)] = -self._nodes
        self._open.append(node)
        self._keys.append(None)

    def _leave(self, event: yaml_events.Event) -> None:
        node = self._open.pop()
        self._keys.pop()
        self._sizes[id(node)] += self._nodes + 1
        place = node.place
        end = event.end_mark.index if self._text[place.start] in "[{" else _end(node)
        node.place = Place(place.line, place.column, place.start, end)
        self._attach(node)

    def _alias(self, event: yaml_events.AliasEvent) -> None:
        place, anchor = _place(event), event.anchor
        node = self._anchors.get(anchor)
        if node is None:
            raise _invalid(
                place,
                mending.advised(
                    self._text,
                    place.line,
                    say(
                        "'*%(anchor)s' repeats a part marked '&%(anchor)s', and there is none above.",
                        anchor=anchor,
                    ),
                ),
            )
        if any(node is it for it in self._open):
            raise _invalid(
                place, say("'*%(anchor)s' would repeat itself without end.", anchor=anchor)
            )
        self._aliases += 1
        if self._aliases > MOST_ALIASES:
            raise _invalid(
                place,
                say(
                    "More than %(most_aliases)s repeated parts ('*%(anchor)s').",
                    most_aliases=MOST_ALIASES,
                    anchor=anchor,
                ),
            )
        self._count(self._sizes.get(id(node), 1), place)
        self._attach(node)

    def _attach(self, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        holder = self._open[-1]
        if isinstance(holder, Sequence):
            holder.items.append(node)
        elif (key := self._keys[-1]) is None:
            self._keys[-1] = self._key(holder, node)
        else:
            holder.pairs.append((key, node))
            self._keys[-1] = None

    def _key(self, holder: Mapping, node: Node) -> Scalar:
        if not isinstance(node, Scalar):
            raise _invalid(
                node.place,
                mending.advised(self._text, node.place.line, say("A key must be a word.")),
            )
        first = next((key for key, _ in holder.pairs if key.text == node.text), None)
        if first is not None:
            message = say(
                "'%(text)s' stands here twice; the first is in line %(line)s.",
                text=node.text,
                line=first.place.line,
            )
            raise _invalid(node.place, message, "duplicate-key")
        return node


def _text(event: yaml_events.ScalarEvent) -> str:
    """Return a scalar's text; ruamel marks with a bell where a folded one (`>`) was folded."""
    value = event.value or ""
    return value.replace("\a", "") if event.style == ">" else value


def _carried(scalar: Scalar) -> None:
    """Refuse what an escape may say in YAML and no XML can carry (XML 1.0, 2.2)."""
    found = UNCARRIED.search(scalar.text)
    if found is not None:
        raise _invalid(
            scalar.place,
            say(
                "The text holds the character U+%(code)s, which nothing can show; take it out.",
                code=f"{ord(found[0]):04X}",
            ),
        )


def _end(node: Sequence | Mapping) -> int:
    """Return where a block ends: with its last value, so that comments behind it are no part of it."""
    last = node.items[-1] if isinstance(node, Sequence) else node.pairs[-1][1]
    return last.place.end


def _events(text: str) -> Iterator[yaml_events.Event]:
    yield from YAML(typ="rt", pure=True).parse(text)


def _place(event: yaml_events.Event) -> Place:
    start = event.start_mark
    return Place(start.line + 1, start.column + 1, start.index, event.end_mark.index)


WORDS = {
    "mapping values are not allowed": say(
        "A second ':' in one line, or a line indented further than its neighbours."
    ),
    "sequence entries are not allowed": say(
        "A list cannot begin in the middle of a line; put '- ' on a line of its own."
    ),
    "expected <block end>": say(
        "This does not belong to what stands before it; look at quotes and indentation."
    ),
    "expected a comment or a line break": say(
        "'>' and '|' at the beginning of a value mean a text of several lines."
    ),
    "found unexpected end of stream": say("A quote is opened and never closed."),
    "expected ',' or ']'": say("A list in brackets is not closed, or a comma is missing."),
    "expected ',' or '}'": say("A brace is not closed, or a comma is missing."),
    "found unknown escape": say(
        "After a backslash in double quotes only certain letters may follow; use single quotes."
    ),
    "found undefined alias": say(
        "'*' at the beginning of a value repeats a marked part; quote the text if it is none."
    ),
    "could not find expected ':'": say("A key without ':' behind it."),
}


def _from_yaml(text: str, fault: MarkedYAMLError) -> Invalid:
    mark = fault.problem_mark or fault.context_mark
    place = Place(mark.line + 1, mark.column + 1, mark.index, mark.index) if mark else NOWHERE
    problem = fault.problem or fault.context or "this is no YAML"
    words = next((said for known, said in WORDS.items() if problem.startswith(known)), None)
    if "cannot start any token" in problem:
        words = (
            say("Indent with spaces, not with tabs.")
            if "\\t" in problem
            else (
                say(
                    "A value cannot begin with %(split)s; put it in single quotes.",
                    split=problem.split()[2],
                )
            )
        )
    lines = [place.line] if not fault.context_mark else [place.line, fault.context_mark.line + 1]
    return _invalid(
        place, mending.advised(text, lines, words or f"{problem[:1].upper()}{problem[1:]}.")
    )
