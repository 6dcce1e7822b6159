"""Changes to the text of a definition: only what is changed is touched, comments and order stay.

Each function returns the new text, read once to be sure that it still is a process file.
"""

from __future__ import annotations

import re

from ledger.words import say
from process_defs import literals, mending, reader
from process_defs.language import Definition, Place, Said, Stage
from process_defs.problems import Invalid, Problem

PLAIN = re.compile(r"[^\W\d_][\w %+./]*[\w%]|[^\W\d_]")


def change_title(text: str, stage_id: str, title: str, language: str = "") -> str:
    """Give a stage another title, in one language where it has several."""
    definition, stage = _stage(text, stage_id)
    if stage.title is None or not stage.title.translations:
        return _change(definition, stage, "title", title)
    return _read_again(_with_translation(text, stage, language or "en", title), definition.name)


def change_deadline(text: str, stage_id: str, deadline: str) -> str:
    """Give a stage another deadline; an empty one takes it away."""
    definition, stage = _stage(text, stage_id)
    return _change(definition, stage, "deadline", deadline)


def change_responsible(text: str, stage_id: str, responsible: str) -> str:
    """Give a stage to somebody else, in words: a role, `group:legal`, `deal.owner`, …"""
    definition, stage = _stage(text, stage_id)
    return _change(definition, stage, "responsible", responsible)


def change_ladder(text: str, stage_id: str, ladder: str) -> str:
    """Let a stage climb another ladder; an empty one takes it away."""
    definition, stage = _stage(text, stage_id)
    return _change(definition, stage, "ladder", ladder)


def add_stage(  # a row of the table
    text: str,
    after: str,
    stage_id: str,
    *,
    title: str,
    responsible: str,
    deadline: str = "",
    ladder: str = "",
) -> str:
    """Put a new stage behind `after`. What led to the stage behind it by name still leads there."""
    definition, stage = _stage(text, after)
    if stage.block.start and text[: stage.block.start].rstrip().endswith(("{", "[", ",")):
        raise _refused(
            stage.block,
            say("'%(after)s' is written in braces; add the stage in the text.", after=after),
        )
    indent = stage.block.column - 1
    rows = {"title": title, "responsible": responsible, "deadline": deadline, "ladder": ladder}
    lines = [f"{' ' * (indent - 2)}- id: {stage_id}"]
    lines += [f"{' ' * indent}{key}: {scalar(value)}" for key, value in rows.items() if value]
    end = _end_of_block(text, stage.block)
    before = text[:end] if text[:end].endswith("\n") else text[:end] + "\n"
    return _read_again(before + "\n".join(lines) + "\n" + text[end:], definition.name)


def scalar(value: str) -> str:
    """Return a value as the program writes it: plain where it is safe, an expression or anything else quoted."""
    is_safe = (
        PLAIN.fullmatch(value)
        and literals.value(value) == value
        and value not in ("yes", "no", "on", "off")
    )
    if is_safe or re.fullmatch(
        r"P[\dTHMSDW]+|\d+ \w+ \w+|group:[\w-]+|\d+%|due( \+ [\w ]+)?|staff:[\w.-]+", value
    ):
        return value
    if "\n" in value:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    return mending.quoted(value)


def _stage(text: str, stage_id: str) -> tuple[Definition, Stage]:
    definition = reader.read(text)
    stage = definition.stage(stage_id)
    if stage is None:
        raise _refused(Place(), say("There is no stage '%(stage_id)s'.", stage_id=stage_id))
    return definition, stage


def _change(definition: Definition, stage: Stage, key: str, value: str) -> str:
    text = definition.text
    said = _said(stage, key)
    if said is not None and value:
        changed = text[: said.start] + scalar(value) + text[said.end :]
    elif said is not None:
        changed = _without_line(text, said, key)
    elif value:
        changed = _with_key(text, stage, key, value)
    else:
        return text
    return _read_again(changed, definition.name)


def _said(stage: Stage, key: str) -> Place | None:
    if key == "responsible":
        found: Said | None = getattr(stage.work, "responsible", None)
        return found.place if found else None
    if key == "title":
        return stage.title.place if stage.title else None
    value = stage.deadline if key == "deadline" else stage.ladder
    return value.place if value else None


def _with_key(text: str, stage: Stage, key: str, value: str) -> str:
    """Write a new key behind the stage's id: on a line of its own, in braces behind a comma."""
    if text[stage.block.start] == "{":
        return text[: stage.place.end] + f", {key}: {scalar(value)}" + text[stage.place.end :]
    line_end = text.find("\n", stage.place.end)
    line_end = len(text) if line_end < 0 else line_end
    row = f"\n{' ' * (stage.block.column - 1)}{key}: {scalar(value)}"
    return text[:line_end] + row + text[line_end:]


def _without_line(text: str, said: Place, key: str) -> str:
    start = text.rfind("\n", 0, said.start) + 1
    end = text.find("\n", said.end) + 1 or len(text)
    if re.fullmatch(rf"\s*{key}:\s*", text[start : said.start]):
        return text[:start] + text[end:]
    begin = re.search(rf",?\s*{key}:\s*$", text[: said.start])
    if begin is None:
        raise _refused(said, say("'%(key)s' cannot be taken away here; change the text.", key=key))
    return text[: begin.start()] + text[said.end :]


def _with_translation(text: str, stage: Stage, language: str, title: str) -> str:
    place = stage.title.place if stage.title else stage.place
    part = text[place.start : place.end]
    found = re.search(rf"(?<![\w-]){re.escape(language)}:[ \t]*", part)
    if found is None:
        begin = re.match(r"\{\s*", part)
        if begin is None:
            row = f"{language}: {scalar(title)}\n{' ' * (place.column - 1)}"
            return text[: place.start] + row + text[place.start :]
        at = place.start + begin.end()
        return text[:at] + f"{language}: {scalar(title)}, " + text[at:]
    start = place.start + found.end()
    rest = re.match(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"|[^,}\n#]*[^,}\n#\s]", text[start:])
    return text[:start] + scalar(title) + text[start + (rest.end() if rest else 0) :]


def _end_of_block(text: str, block: Place) -> int:
    """Return where the line behind a block begins; comments behind it belong to what follows."""
    end = block.start + len(text[block.start : block.end].rstrip())
    lines = text[block.start : end].split("\n")
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        end -= len(lines.pop()) + 1
    at = text.find("\n", end)
    return len(text) if at < 0 else at + 1


def _read_again(text: str, name: str) -> str:
    reader.read(text, name)
    return text


def _refused(place: Place, message: str) -> Invalid:
    return Invalid([Problem("error", place.line, place.column, None, "edit", message)])
