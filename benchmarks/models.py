"""The processes that are measured, written here as BPMN."""

from __future__ import annotations

from html import escape
from itertools import pairwise

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def chain(kind: str, count: int, *, body: str = "", process: str = "chain") -> bytes:
    """Return a process of `count` elements of `kind` (`userTask`, `scriptTask`, `task`) in a row; `body` is in each."""
    names = ["start", *(f"t{number}" for number in range(1, count + 1)), "end"]
    elements = ['<startEvent id="start"/>', '<endEvent id="end"/>']
    elements += [f'<{kind} id="{name}" name="Step {name}">{body}</{kind}>' for name in names[1:-1]]
    flows = [
        f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}"/>'
        for number, (source, target) in enumerate(pairwise(names))
    ]
    return _definitions(process, elements + flows)


def loop(body: str, again: str, process: str = "loop") -> bytes:
    """Return a process that goes through `body`, the element `t`, as long as the condition `again` holds."""
    flows = [("start", "t", ""), ("t", "g", ""), ("g", "t", again), ("g", "end", f"not({again})")]
    elements = [
        '<startEvent id="start"/>',
        body,
        '<exclusiveGateway id="g"/>',
        '<endEvent id="end"/>',
    ]
    return _definitions(process, elements + [_flow(*each) for each in flows])


def many(count: int, process: str = "many") -> bytes:
    """Return a process of one user task that `count` people get at once."""
    times = f"<loopCardinality>{count}</loopCardinality>"
    loop = f"<multiInstanceLoopCharacteristics>{times}</multiInstanceLoopCharacteristics>"
    elements = [
        '<startEvent id="start"/>',
        f'<userTask id="t">{loop}</userTask>',
        '<endEvent id="end"/>',
    ]
    return _definitions(process, [*elements, _flow("start", "t"), _flow("t", "end")])


def service(topic: str, process: str = "service") -> bytes:
    """Return a process of one service task, then one user task."""
    inside = f'<extensionElements><kontor:topic name="{topic}" retries="3"/></extensionElements>'
    body = f'<serviceTask id="t">{inside}</serviceTask>'
    elements = ['<startEvent id="start"/>', body, '<userTask id="u"/>', '<endEvent id="end"/>']
    flows = [_flow("start", "t"), _flow("t", "u"), _flow("u", "end")]
    return _definitions(process, elements + flows)


def stage(ladder: str, process: str = "stage") -> bytes:
    """Return a process of one user task with a deadline of four hours and one level of a ladder."""
    level = f'<kontor:level id="due" at="due" {ladder}/>'
    top = f'<extensionElements><kontor:ladder id="l">{level}</kontor:ladder></extensionElements>'
    body = (
        '<userTask id="t" name="Call"><extensionElements><kontor:responsible>staff:1</kontor:responsible>'
        '<kontor:clock kind="stage" deadline="PT4H" ladder="l"/></extensionElements></userTask>'
    )
    elements = [top, '<startEvent id="start"/>', body, '<endEvent id="end"/>']
    return _definitions(process, [*elements, _flow("start", "t"), _flow("t", "end")])


def _flow(source: str, target: str, condition: str = "") -> str:
    inside = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def _definitions(process: str, parts: list[str]) -> bytes:
    inside = "".join(parts)
    return (
        f'<definitions xmlns="{BPMN}" xmlns:kontor="urn:kontor:1" targetNamespace="urn:benchmark">'
        f'<process id="{process}" isExecutable="true">{inside}</process></definitions>'
    ).encode()
