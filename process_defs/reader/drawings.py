"""Reads a drawn part: a BPMN file that can stand as one stage, with one way in and one way out."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.document import Document
from engine.bpmn.vocabulary import (
    EVENT_DEFINITIONS,
    FLOW_NODES,
    KONTOR,
    Node,
    children,
    extension,
    kind,
)
from ledger.words import say
from process_defs import drawn, tree
from process_defs.language import Definition, Draw, Said, Work
from process_defs.reader.notes import Notes
from process_defs.reader.table import Table

UNSAID = frozenset(("documentation", "extensionElements", "BPMNDiagram", ""))
"""Stays in the text and does nothing: diagrams, remarks, what other programs add."""
FEEL = "FEEL"


def draw(part: Table) -> Work:
    """Read a drawing; what keeps it from being a stage is noted at its line."""
    node, said = part.node("draw"), part.said("draw", required=True)
    if said is None:
        return Draw(Said("", part.place))
    is_block = isinstance(node, tree.Scalar) and node.style == "|"
    found = Draw(said, _indent(part.notes.text, said) if is_block else None)
    try:
        document = drawn.parsed(said.text)
    except drawn.Unreadable as fault:
        problem = fault.problem
        part.notes.plain(found.place(problem.line, problem.column), problem.message, problem.rule)
        return found
    for fault_at, words in _faults(document):
        part.notes.plain(found.place(*document.place(fault_at)), words, "drawing")
    return found


def _indent(text: str, said: Said) -> int:
    """Return by how much a block of lines stands to the right of its text."""
    lines = text[said.place.start : said.place.end].split("\n")[1:]
    wanted = said.text.split("\n", 1)[0]
    first = next((line for line in lines if line.strip()), "")
    return max(len(first) - len(wanted), 0)


def _faults(document: Document) -> Iterator[tuple[Node, str]]:
    root = document.root
    if kind(root) != "definitions":
        yield root, say("A drawing is a whole BPMN file, from <definitions> to </definitions>.")
        return
    processes = list(children(root, "process"))
    if len(processes) != 1:
        words = say("A drawing holds one process, not %(count)s.", count=len(processes))
        yield (processes[1] if processes else root), words
        return
    language = root.get("expressionLanguage", FEEL)
    if FEEL not in language.upper():
        words = say("A drawing's expressions are FEEL, not '%(language)s'.", language=language)
        yield root, words
    for one in root.iterchildren("*"):
        if kind(one) not in drawn.ROOTS | UNSAID | {"process"}:
            yield one, _foreign(one)
    yield from _of_process(processes[0])
    yield from _ids(document)


def _of_process(process: Node) -> Iterator[tuple[Node, str]]:
    for one in process.iterchildren("*"):
        if kind(one) not in drawn.INSIDE | UNSAID:
            yield one, _foreign(one)
    said = next(children(process, "extensionElements"), None)
    for one in () if said is None else said.iterchildren(f"{{{KONTOR}}}*"):
        yield one, say("What holds for the whole process is said in the file, not in a drawing.")
    for one in process.iter("*"):
        if kind(one) in FLOW_NODES and extension(one, KONTOR, "stage") is not None:
            yield one, say("A stage cannot be drawn into a drawing; write it in the file.")
    starts = list(children(process, "startEvent"))
    if len(starts) != 1:
        words = say("A drawing has one way in: one start event, not %(count)s.", count=len(starts))
        yield (starts[1] if starts else process), words
    for start in starts[:1]:
        if any(kind(one) in EVENT_DEFINITIONS for one in start.iterchildren("*")):
            words = say("A drawing is begun by the case: its start event waits for nothing.")
            yield start, words


def _foreign(one: Node) -> str:
    return say(
        "A drawing cannot hold a '%(kind)s'. Only one process, with what it refers to.",
        kind=kind(one),
    )


def _ids(document: Document) -> Iterator[tuple[Node, str]]:
    for part in (*drawn.inside(document.root), *drawn.roots(document.root)):
        for one in part.iter("*"):
            id = one.get("id")
            needs = kind(one) in FLOW_NODES | drawn.ROOTS | {"sequenceFlow"}
            if kind(one) and id and document.by_id[id] is not one:
                line = document.place(document.by_id[id])[0]
                yield (
                    one,
                    say(
                        "The drawing uses the id '%(id)s' twice, also in its line %(line)s.",
                        id=id,
                        line=line,
                    ),
                )
            elif kind(one) and id and "__" in id:
                yield one, say("The id '%(id)s': two '_' together are the program's own.", id=id)
            elif needs and not id:
                yield one, say("A '%(kind)s' of a drawing needs an id.", kind=kind(one))


def once(notes: Notes, definition: Definition, taken: dict[str, int]) -> None:
    """Note the ids of drawings that the file, or another drawing, uses already; `taken` are lines by id."""
    for stage, work in drawn.drawings(definition):
        document = drawn.parsed(work.said.text)
        for id, one in drawn.ids(document.root).items():
            place = work.place(*document.place(one))
            if id in taken:
                words = say(
                    "The drawing's id '%(id)s' is already used in line %(line)s.",
                    id=id,
                    line=taken[id] or 1,
                )
                with notes.about(stage.id):
                    notes.plain(place, words, "duplicate-id")
            taken.setdefault(id, place.line)
