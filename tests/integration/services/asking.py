"""Processes whose only service is a built-in one."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from tests.support.models import boundary, file, process, tasks


def model(
    topic: str, given: Mapping[str, str] | None = None, *, retries: int = 2, **inputs: str
) -> bytes:
    """A process `p`: start, the service `a` with FEEL inputs, the task `t`, end; an error goes to `wrong`."""
    written = "".join(
        f"<kontor:input target={quoteattr(name)}>{_escaped(feel)}</kontor:input>"
        for name, feel in {**(given or {}), **inputs}.items()
    )
    service = (
        f'<serviceTask id="a"><extensionElements><kontor:topic name="{topic}" retries="{retries}"/>'
        f"{written}</extensionElements></serviceTask>"
    )
    elements = (
        '<startEvent id="s"/><endEvent id="e"/>'
        + service
        + tasks("t wrong")
        + boundary("b", "a", '<errorEventDefinition errorRef="err"/>')
    )
    declared = '<error id="err" errorCode="HTTP_ERROR"/>'
    return file(declared, process("p", elements, "s > a > t > e\n b > wrong > e"))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
