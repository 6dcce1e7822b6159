"""Writes what differs between two sayings of a definition into its text, each change where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger.words import say
from process_defs import edit, tree
from process_defs.from_bpmn import drawings
from process_defs.from_bpmn.refusal import NotOurs
from process_defs.from_bpmn.spoken import Words

KINDS = ("when", "every", "message")


def rewritten(text: str, before: Words, after: Words) -> str:
    """Return `text` with what was said `before` replaced by what is said `after`.

    Raises NotOurs where stages or ends were added or taken out.
    """
    root = tree.parse(text)
    if not isinstance(root, tree.Mapping):
        raise NotOurs(say("The process file that this BPMN carries holds no definition."))
    for kind, what in (("stages", say("stage")), ("ends", say("end"))):
        for id in before[kind].keys() ^ after[kind].keys():
            done = say("added") if id in after[kind] else say("taken out")
            raise NotOurs(
                say(
                    "The %(what)s '%(id)s' was %(done)s. Adding and taking out is done in the text, so far.",
                    what=what,
                    id=id,
                    done=done,
                )
            )
    patches = _Patches(text)
    patches.mapping(root, before["head"], after["head"])
    _starts(patches, root, before["start"], after["start"])
    ends = _at(root, "ends")
    stages = dict(_stages(_at(root, "stages")))
    for id, words in after["stages"].items():
        if id in stages:
            patches.mapping(stages[id], before["stages"][id], words)
    for id, words in after["ends"].items():
        node = _at(ends, id) if isinstance(ends, tree.Mapping) else None
        if isinstance(node, tree.Mapping):
            patches.mapping(node, before["ends"][id], words)
        elif words != before["ends"][id] and isinstance(ends, tree.Mapping):
            patches.mapping(ends, {id: before["ends"][id]}, {id: words})
    return patches.applied()


def _starts(patches: _Patches, root: tree.Mapping, before: Words, after: Words) -> None:
    start = _at(root, "start")
    if before == after:
        return
    if not isinstance(start, tree.Mapping) or any(
        len(before.get(k, ())) != len(after.get(k, ())) for k in KINDS
    ):
        raise NotOurs(
            say("A way to start was added or taken out. That is done in the text, so far.")
        )
    rest: list[Words] = [
        {key: said[key] for key in ("unique", "form") if key in said} for said in (before, after)
    ]
    patches.mapping(start, rest[0], rest[1])
    entries = _at(start, "on")
    listed = entries.items if isinstance(entries, tree.Sequence) else []
    schedules = [entry for entry in listed if _at(entry, "every") is not None]
    for entry, old, new in zip(
        schedules, before.get("every", ()), after.get("every", ()), strict=True
    ):
        if isinstance(entry, tree.Mapping):
            patches.mapping(entry, old, new)
    for kind in KINDS:
        if kind == "every":
            continue
        nodes = [node for entry in listed if (node := _at(entry, kind)) is not None]
        for node, old, new in zip(nodes, before.get(kind, ()), after.get(kind, ()), strict=True):
            patches.value(node, old, new)


def _stages(node: tree.Node | None) -> Iterator[tuple[str, tree.Mapping]]:
    """Yield the stages of a table, those of branches too, by id."""
    if isinstance(node, tree.Sequence):
        for item in node.items:
            yield from _stages(item)
    elif isinstance(node, tree.Mapping):
        id = _at(node, "id")
        if isinstance(id, tree.Scalar):
            yield id.text, node
        yield from _stages(_at(node, "parallel"))


def _at(node: tree.Node | None, key: str) -> tree.Node | None:
    pairs = node.pairs if isinstance(node, tree.Mapping) else []
    return next((value for name, value in pairs if name.text == key), None)


class _Patches:
    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[tuple[int, int, str]] = []

    def applied(self) -> str:
        """Return the text with all patches, the last one first, so that places stay true."""
        text = self._text
        for start, end, new in sorted(self._found, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def mapping(self, node: tree.Mapping, before: Words, after: Words) -> None:
        """Change the keys of a mapping that differ."""
        for key in dict.fromkeys((*before, *after)):
            old, new = before.get(key), after.get(key)
            if old == new:
                continue
            found = _at(node, key)
            if found is None:
                if new is not None:
                    self._insert(node, key, new)
            elif new is None:
                self._remove(node, key)
            elif key == "draw":
                self._drawing(node, found, (old, new))
            elif key == "outcomes":
                self._outcomes(found, old or {}, new)
            else:
                self.value(found, old, new)

    def value(self, node: tree.Node, old: Any, new: Any) -> None:  # texts, lists, mappings
        """Change a value as deep inside as it differs."""
        if old == new:
            return
        if isinstance(node, tree.Mapping) and isinstance(old, dict) and isinstance(new, dict):
            self.mapping(node, old, new)
        elif isinstance(node, tree.Sequence) and _are_as_long(node.items, old, new):
            for item, one, other in zip(node.items, old, new, strict=True):
                self.value(item, one, other)
        else:
            self._replace(node, new)

    def _outcomes(self, node: tree.Node, old: Words, new: Words) -> None:
        for name in dict.fromkeys((*old, *new)):
            found = _at(node, name)
            if isinstance(found, tree.Scalar) and name in new:
                self._outcome(found, old.get(name, {}), new[name])
            elif isinstance(node, tree.Mapping):
                said = [{name: words[name]} if name in words else {} for words in (old, new)]
                self.mapping(node, said[0], said[1])

    def _drawing(
        self, holder: tree.Mapping, node: tree.Node, said_both: tuple[object, object]
    ) -> None:
        """Write a drawing anew, as lines where the table allows it."""
        old, new = said_both
        if not (isinstance(old, drawings.Drawn) and isinstance(new, drawings.Drawn)):
            raise NotOurs(say("What is drawn was taken out. Change the text instead."))
        if not isinstance(node, tree.Scalar):
            return
        said = drawings.rewritten(node.text, old, new)
        if holder.is_flow:
            self._replace(node, said)
            return
        margin = "\n" + " " * (holder.pairs[0][0].place.column + 1)
        lines = "".join(margin + line if line else "\n" for line in said.rstrip("\n").split("\n"))
        end = node.place.start + len(self._text[node.place.start : node.place.end].rstrip())
        self._found.append((node.place.start, end, "|" + lines))

    def _outcome(self, node: tree.Scalar, old: Words, new: Words) -> None:
        """Change an outcome that is only a target; its title is said once it is no longer its own name."""
        if old != new:
            said = {
                key: value
                for key, value in new.items()
                if key != "title" or value != old.get("title")
            }
            self._replace(node, said["to"] if set(said) == {"to"} else said)

    def _replace(self, node: tree.Node, new: Any) -> None:  # texts, lists, mappings
        start, end = node.place.start, node.place.end
        end = start + len(self._text[start:end].rstrip())
        self._found.append((start, end, dumped(new)))

    def _insert(self, node: tree.Mapping, key: str, new: Any) -> None:  # texts, lists, mappings
        first = node.pairs[0] if node.pairs else None
        row = f"{edit.scalar(key)}: {dumped(new)}"
        if node.is_flow or first is None:
            at = node.place.start + 1
            self._found.append((at, at, f" {row}," if node.pairs else f" {row} "))
            return
        last = first[1].place if isinstance(first[1], tree.Scalar) else first[0].place
        line_end = self._text.find("\n", last.end)
        at = len(self._text) if line_end < 0 else line_end
        self._found.append((at, at, f"\n{' ' * (first[0].place.column - 1)}{row}"))

    def _remove(self, node: tree.Mapping, key: str) -> None:
        name, value = next(pair for pair in node.pairs if pair[0].text == key)
        end = name.place.start + len(self._text[name.place.start : value.place.end].rstrip())
        if node.is_flow:
            after = len(self._text[end:]) - len(self._text[end:].lstrip(", "))
            self._found.append((name.place.start, end + after, ""))
            return
        start = self._text.rfind("\n", 0, name.place.start) + 1
        if self._text[start : name.place.start].strip():
            raise NotOurs(
                say(
                    "'%(key)s' cannot be taken away where it stands. Change the text instead.",
                    key=key,
                )
            )
        line_end = self._text.find("\n", end) + 1
        self._found.append((start, line_end or len(self._text), ""))


def _are_as_long(items: list[tree.Node], old: object, new: object) -> bool:
    return isinstance(old, list) and isinstance(new, list) and len(old) == len(new) == len(items)


def dumped(value: Any) -> str:  # texts, lists, mappings
    """Return a value as the program writes it, on one line."""
    if isinstance(value, dict):
        rows = ", ".join(f"{edit.scalar(str(key))}: {dumped(item)}" for key, item in value.items())
        return f"{{ {rows} }}" if rows else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(dumped(item) for item in value) + "]"
    return edit.scalar(str(value))
