"""A BPMN file of ours in the words of the process file: plain texts, lists and mappings by the file's keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from process_defs.from_bpmn import drawings, votes
from process_defs.from_bpmn.harmony import by_id, primary
from process_defs.to_bpmn.extensions import Element
from process_defs.to_bpmn.names import bpmn, kontor
from process_defs.to_bpmn.plan import START

Words = dict[str, Any]
LEVEL = ("id", "at", "notify", "reassign", "priority", "start", "hours", "how")


def of(root: Element) -> Words:
    """Return what the file says; `stages` and `ends` by id."""
    process = root.find(bpmn("process"))
    if process is None:
        return {}
    extensions = _extensions(process)
    return {"head": _head(process, extensions), "start": _start(process, extensions, root)} | {
        "stages": {stage: _stage(root, process, element) for stage, element in _stages(process)},
        "ends": {
            str(end.get("id")): _present({"title": _title(end), "set": _sets(end)})
            for end in process.findall(bpmn("endEvent"))
        },
    }


def _head(process: Element, extensions: Element) -> Words:
    known = extensions.find(kontor("definition"))
    clock = extensions.find(kontor("clock"))
    return _present(
        {
            "id": process.get("id"),
            "title": _title(process),
            **(
                {key: known.get(key) for key in ("subject", "owner", "calendar")}
                if known is not None
                else {}
            ),
            "people": {
                role.get("name"): role.get("is") for role in extensions.findall(kontor("role"))
            },
            "ladders": {
                ladder.get("id"): [_level(level) for level in ladder]
                for ladder in extensions.findall(kontor("ladder"))
            },
            "case": None
            if clock is None
            else _present({key: clock.get(key) for key in ("deadline", "ladder")}),
        }
    )


def _start(process: Element, extensions: Element, root: Element) -> Words:
    known = extensions.find(kontor("definition"))
    starts = extensions.findall(kontor("start"))
    events = [event for event in process.findall(bpmn("startEvent")) if event.get("id") != START]
    by_hand = next(
        (event for event in process.findall(bpmn("startEvent")) if event.get("id") == START), None
    )
    return _present(
        {
            "unique": "per subject" if known is not None and known.get("unique") else None,
            "when": [start.get("when") for start in starts if start.get("when")],
            "every": [_every(start) for start in starts if start.get("every")],
            "message": [
                _message(root, event.find(bpmn("messageEventDefinition"))) for event in events
            ],
            "form": [] if by_hand is None else _form(_extensions(by_hand)),
        }
    )


def _every(start: Element) -> Words:
    rows = start.findall(kontor("client"))
    chosen: Words = {str(row.get("field")): row.get("value") for row in rows}
    each = None if start.get("for") is None else chosen or "all"
    words: Words = {"every": start.get("every"), "for each client": each}
    return _present(words | {"missed": start.get("missed")})


def _level(level: Element) -> Words:
    words: Words = {key: level.get(key) for key in LEVEL}
    for key in ("notify", "how"):
        words[key] = [each.strip() for each in (level.get(key) or "").split(",") if each.strip()]
    words["set"] = {
        str(each.get("field")): each.get("value") for each in level.findall(kontor("set"))
    }
    return _present(words)


def _stages(process: Element) -> Iterable[tuple[str, Element]]:
    for stage in process.iter(kontor("stage")):
        extensions = stage.getparent()
        element = None if extensions is None else extensions.getparent()
        if element is not None:
            yield str(stage.get("id")), element


def _stage(root: Element, process: Element, element: Element) -> Words:
    extensions, id = _extensions(element), str(element.get("id"))
    clock = extensions.find(kontor("clock"))
    words: Words = {"title": _title(element), "sets": _sets(element), "form": _form(extensions)}
    words |= (
        {} if clock is None else {key: clock.get(key) for key in ("deadline", "ladder", "calendar")}
    )
    words["on reassign"] = None if clock is None else clock.get("reassigned")
    words["may pause"] = None if clock is None else clock.get("pausable")
    words["require"] = [each.get("field") for each in extensions.findall(kontor("require"))]
    words["outcomes"] = _outcomes(process, extensions, id)
    words["skip"], words["on due"] = _skip(process, id), _on_due(process, id)
    return _present(words | _work(root, element, extensions))


def _work(root: Element, element: Element, extensions: Element) -> Words:
    loop = element.find(bpmn("multiInstanceLoopCharacteristics"))
    excluded = [_text(each) for each in extensions.findall(kontor("exclude"))]
    responsible = extensions.find(kontor("responsible"))
    if loop is not None and loop.get(kontor("item")) == "voter":
        return {"approve": _vote(loop, excluded)}
    words: Words = {
        "responsible": None if responsible is None else _text(responsible),
        "not": excluded,
    }
    if loop is not None:
        in_turn = loop.get("isSequential") == "true"
        words["for each"] = {
            "each": loop.get(kontor("collection")),
            "as": loop.get(kontor("item")),
            "in turn": "true" if in_turn else None,
        }
    topic = extensions.find(kontor("topic"))
    given, back = _mapped(extensions, "input"), _mapped(extensions, "output")
    if element.tag == bpmn("receiveTask"):
        match = {
            each.get("key"): f"= {each.get('value')}"
            for each in extensions.findall(kontor("correlation"))
        }
        words["wait"] = _present({"message": _message(root, element), "match": match})
    elif topic is not None:
        words["auto"] = _present(
            {"topic": topic.get("name"), "retries": topic.get("retries"), "with": given}
        )
    elif element.tag == bpmn("callActivity"):
        words["run"] = _present(
            {"process": element.get("calledElement"), "with": given, "gives": back}
        )
    elif extensions.find(kontor("draw")) is not None:
        words["draw"] = drawings.of(root, element)
    elif element.tag == bpmn("subProcess"):
        words["wait"] = _until(element)
    return words


def _vote(loop: Element, excluded: list[str]) -> Words:
    by = votes.voters(loop.get(kontor("collection"), "[]"))
    condition = loop.find(bpmn("completionCondition"))
    found = re.search(r">= (\d+)", _text(condition) if condition is not None else "")
    needed = int(found[1]) if found else len(by)
    rule = "all" if needed == len(by) else "any" if needed == 1 else f"{needed} of {len(by)}"
    return _present({"by": by, "rule": rule, "not": excluded})


def _until(element: Element) -> Words:
    event = element.find(bpmn("intermediateCatchEvent"))
    if event is None:
        return {}
    words = {}
    for key, path in (
        ("condition", "conditionalEventDefinition/condition"),
        ("until", "timerEventDefinition/timeDate"),
        ("until", "timerEventDefinition/timeDuration"),
    ):
        found = event.find("/".join(bpmn(part) for part in path.split("/")))
        if found is not None:
            words[key] = _text(found)
    return words


def _outcomes(process: Element, extensions: Element, stage: str) -> Words:
    asked = {str(outcome.get("id")): outcome for outcome in extensions.findall(kontor("outcome"))}
    found: Words = {}
    for flow in process.iter(bpmn("sequenceFlow")):
        if (
            flow.get("sourceRef") not in (stage, f"{stage}__outcome")
            or flow.get("targetRef") == f"{stage}__outcome"
        ):
            continue
        condition = flow.find(bpmn("conditionExpression"))
        match = re.search(
            r'= ("(?:[^"\\]|\\.)*")$', _text(condition) if condition is not None else ""
        )
        name = json.loads(match[1]) if match else next(iter(asked), "done")
        outcome = asked.get(name)
        target = _target(process, str(flow.get("targetRef")))
        title = None if outcome is None else _words(str(outcome.get("title")), outcome)
        ask = (
            [] if outcome is None else [_field(field) for field in outcome.findall(kontor("field"))]
        )
        found[name] = _present(target | {"title": title, "ask": ask})
    return found


def _target(process: Element, id: str) -> Words:
    if any(end.get("id") == id for end in process.findall(bpmn("endEvent"))):
        return {"end": id}
    stage, _, part = id.partition("__")
    return {"to": "next" if part == "join" or part.startswith("merge") else stage}


def _skip(process: Element, stage: str) -> Words | None:
    for flow in process.iter(bpmn("sequenceFlow")):
        condition = flow.find(bpmn("conditionExpression"))
        if flow.get("sourceRef") == f"{stage}__skip" and condition is not None:
            return {"when": _text(condition)}
    return None


def _on_due(process: Element, stage: str) -> Words | None:
    for flow in process.iter(bpmn("sequenceFlow")):
        if flow.get("sourceRef") == f"{stage}__due":
            return _target(process, str(flow.get("targetRef")))
    return None


def _form(extensions: Element) -> list[Words]:
    form = extensions.find(kontor("form"))
    return [] if form is None else [_field(field) for field in form.findall(kontor("field"))]


def _field(field: Element) -> Words:
    options = []
    for option in field.findall(kontor("option")):
        title = _words(option.get("title"), option)
        options.append(
            {"value": option.get("value"), "title": title} if title else option.get("value")
        )
    return _present(
        {
            "field": field.get("name"),
            "type": field.get("type"),
            "title": _words(field.get("label"), field),
            "of": options,
            "required": field.get("required"),
            "default": field.get("default"),
            "help": field.get("help"),
        }
    )


def _sets(element: Element) -> Words:
    return {
        str(each.get("field")): each.get("value")
        for each in _extensions(element).findall(kontor("set"))
    }


def _mapped(extensions: Element, name: str) -> Words:
    return {
        str(each.get("target")): f"= {_text(each)}" for each in extensions.findall(kontor(name))
    }


def _title(element: Element) -> str | Words | None:
    return _words(element.get("name"), _extensions(element))


def _words(name: str | None, holder: Element) -> str | Words | None:
    titles = {str(title.get("lang")): title.text or "" for title in holder.findall(kontor("title"))}
    return titles | {primary(list(titles)): name or ""} if titles else name


def _message(root: Element, holder: Element | None) -> str | None:
    message = by_id(root).get(str(holder.get("messageRef"))) if holder is not None else None
    return None if message is None else message.get("name")


def _extensions(element: Element) -> Element:
    found = element.find(bpmn("extensionElements"))
    return element.makeelement(bpmn("extensionElements")) if found is None else found


def _text(element: Element) -> str:
    return (element.text or "").strip()


def _present(words: Words) -> Words:
    return {key: value for key, value in words.items() if value not in (None, "", [], {})}
