"""The processes that are measured, written here as BPMN."""

from __future__ import annotations

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


def _definitions(process: str, parts: list[str]) -> bytes:
    inside = "".join(parts)
    return (
        f'<definitions xmlns="{BPMN}" xmlns:kontor="urn:kontor:1" targetNamespace="urn:benchmark">'
        f'<process id="{process}" isExecutable="true">{inside}</process></definitions>'
    ).encode()
