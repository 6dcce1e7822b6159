"""Small BPMN models for tests: the elements as they are, the flows as `a > b > c`."""

from __future__ import annotations

import re
from html import escape
from itertools import pairwise

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:kontor="urn:kontor:1" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'targetNamespace="urn:tests">'
)


def file(*parts: str) -> bytes:
    """A file with processes, messages, signals and so on."""
    return f"{HEAD}{''.join(parts)}</definitions>".encode()


def process(key: str, elements: str, flows: str = "", attributes: str = "") -> str:
    """A process; `flows` are lines of `a > b > c`, a condition in brackets: `g > a [amount > 3]`."""
    return f'<process id="{key}" isExecutable="true" {attributes}>{elements}{sequence(flows)}</process>'


def sub(
    key: str, elements: str, flows: str = "", attributes: str = "", kind: str = "subProcess"
) -> str:
    """A sub-process of any kind with what is inside."""
    return f'<{kind} id="{key}" {attributes}>{elements}{sequence(flows)}</{kind}>'


def sequence(flows: str) -> str:
    """Sequence flows from lines; a flow's id is `source-target`."""
    found = []
    for line in filter(None, map(str.strip, flows.splitlines())):
        chain, _, condition = line.partition("[")
        names = [name.strip() for name in chain.split(">")]
        for source, target in pairwise(names):
            found.append(_flow(source, target, condition.rstrip("] ") or None))
    return "".join(found)


def tasks(names: str, kind: str = "userTask") -> str:
    """Plain tasks of one kind, by their ids."""
    return "".join(f'<{kind} id="{name}"/>' for name in names.split())


def script(key: str, text: str) -> str:
    """A script task in FEEL."""
    return (
        f'<scriptTask id="{key}" scriptFormat="feel"><script>{escape(text)}</script></scriptTask>'
    )


def boundary(key: str, at: str, definition: str, *, interrupting: bool = True) -> str:
    """A boundary event."""
    cancel = "true" if interrupting else "false"
    return f'<boundaryEvent id="{key}" attachedToRef="{at}" cancelActivity="{cancel}">{definition}</boundaryEvent>'


def timer(value: str, kind: str = "timeDuration") -> str:
    """A timer's definition."""
    return f"<timerEventDefinition><{kind}>{escape(value)}</{kind}></timerEventDefinition>"


def many(attributes: str = "", inside: str = "") -> str:
    """The mark of a multi-instance activity."""
    return f"<multiInstanceLoopCharacteristics {attributes}>{inside}</multiInstanceLoopCharacteristics>"


def simple(key: str, elements: str, flows: str) -> bytes:
    """A file of one process that begins at `s` and ends at `e`."""
    return file(process(key, f'<startEvent id="s"/><endEvent id="e"/>{elements}', flows))


def _flow(source: str, target: str, condition: str | None) -> str:
    name = re.sub(r"\W", "_", f"{source}-{target}")
    inside = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'
