"""People in words: a role, a group, somebody by login, a record's field, or somebody's manager."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from process_defs.language import Said

RESERVED = ("starter", "responsible", "process owner")
MANAGER = "manager of "
PATH = re.compile(r"(deal|client|contact|case)(\.[^\W\d]\w*)+")
PREFIXED = re.compile(r"(group|staff):([\w.@+-]+)")

Kind = Literal["role", "group", "staff", "path", "word", "manager"]


@dataclass(frozen=True, slots=True)
class Reference:
    """What a text refers to; `name` is the role, group, login, path or word, `of` whose manager it is."""

    kind: Kind
    name: str
    of: Reference | None = None

    def __str__(self) -> str:
        if self.kind in ("group", "staff"):
            return f"{self.kind}:{self.name}"
        return f"{MANAGER}{self.of}" if self.kind == "manager" else self.name


def parse(text: str) -> Reference | None:
    """Return what `text` refers to, a role where it is no other form; None where it can be no reference."""
    words = " ".join(text.split())
    if words.startswith(MANAGER):
        of = parse(words.removeprefix(MANAGER))
        return None if of is None or of.kind == "group" else Reference("manager", words, of)
    if words in RESERVED:
        return Reference("word", words)
    if match := PREFIXED.fullmatch(words):
        return Reference("group" if match[1] == "group" else "staff", match[2])
    if PATH.fullmatch(words):
        return Reference("path", words)
    return Reference("role", words) if re.fullmatch(r"[a-z][a-z0-9_-]*", words) else None


def resolved(text: str, roles: Mapping[str, Said], depth: int = 8) -> Reference | None:
    """Return what stands behind `text` once roles are replaced; None where a role is unknown or circular."""
    found = parse(text)
    if found is None or depth == 0:
        return None
    if found.kind == "role":
        return resolved(roles[found.name].text, roles, depth - 1) if found.name in roles else None
    if found.of is not None:
        of = resolved(str(found.of), roles, depth - 1)
        return None if of is None else Reference("manager", f"{MANAGER}{of}", of)
    return found
