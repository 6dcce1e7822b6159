"""Files that a person uploads or names: process files, BPMN and DMN, ready to deploy, or what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine import definitions
from engine.bpmn.problems import Problem, has_error
from engine.definitions import Source
from ledger.rejection import invalid

if TYPE_CHECKING:
    from process_defs.check.directory import Directory

ENDINGS = (".bpmn", ".xml", ".yaml", ".yml", ".dmn")


@dataclass(frozen=True, slots=True)
class Looked:
    """A file as far as it could be read; `source` is None where it cannot be deployed."""

    name: str
    source: Source | None
    problems: tuple[Problem, ...]

    @property
    def is_deployable(self) -> bool:
        """Say whether nothing keeps it from being deployed."""
        return self.source is not None and not has_error(self.problems)


def look(name: str, content: bytes, company: Directory | None = None) -> Looked:
    """Read a file by the ending of its name. Raises `Rejection(invalid_argument)` for another kind of file."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if ending in {".yaml", ".yml"}:
        return _process_file(name, content, company)
    if ending in {".bpmn", ".xml", ".dmn"}:
        source = Source(name, content)
        return Looked(name, source, definitions.check(source))
    raise invalid(
        "Expected a file that ends in .bpmn, .yaml, .yml or .dmn, but got “%(name)s”",
        name=name,
        field="file",
    )


def deployable(looked: Looked) -> Source:
    """Return the source of a file; raises `definitions.Refused` where it has errors."""
    if looked.source is None or has_error(looked.problems):
        raise definitions.Refused({looked.name: looked.problems})
    return looked.source


def _process_file(name: str, content: bytes, company: Directory | None) -> Looked:
    # only who deploys a process file needs its language: see `web.warming`
    from process_defs import check, reader, to_bpmn  # noqa: PLC0415  # see above
    from process_defs.problems import Invalid  # noqa: PLC0415  # see above

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        return Looked(
            name,
            None,
            (Problem("error", line, 1, None, "encoding", "The file is not UTF-8 text."),),
        )
    try:
        definition = reader.read(text, name)
        found = tuple(check.check(definition, company))
        if has_error(found):
            return Looked(name, None, found)
        xml = to_bpmn.compile(definition)
    except Invalid as wrong:
        return Looked(name, None, wrong.problems)
    return Looked(name, Source(name, xml, text, "yaml"), found)
