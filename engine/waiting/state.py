"""Tokens and scopes in memory, and their compact form in a row.

A token stands at one element. A scope holds the tokens and the variables of a
process, a sub-process, one round of a multi-instance activity or a called
process; a case is its own outermost scope.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from engine.bpmn.graph import Element, Process
from engine.waiting.variables import Variables

PENDING = frozenset(
    {"enter", "start", "perform", "complete", "finish", "leave", "caught", "open", "compensate"}
)
"""Phases in which a token has something to do at once; in every other it waits."""

PROCESSES = frozenset({"case", "call", "recall"})
"""Kinds of scopes that stand for a whole process; `recall` is a called one that is over, while it is undone."""


class Token:
    """Where a case is. `phase` says what it does there, `waits` which rows wait for it (one letter a table)."""

    __slots__ = ("data", "element", "flow", "id", "is_gone", "phase", "scope", "stored", "waits")

    def __init__(
        self, number: int, scope: Scope, element: str, phase: str, flow: str | None = None
    ) -> None:
        self.id = number
        self.scope = scope
        self.element = element
        self.phase = phase
        self.flow = flow
        self.waits = ""
        self.stored = ""
        self.data: dict[str, Any] = {}
        self.is_gone = False

    @property
    def home(self) -> Scope:
        return self.scope

    @property
    def definition(self) -> Element:
        """The element it stands at."""
        return self.scope.process.elements[self.element]

    def packed(self) -> list[Any]:
        row: list[Any] = [self.id, self.element, self.phase]
        if self.data:
            return [*row, self.flow, self.waits, self.data]
        if self.waits:
            return [*row, self.flow, self.waits]
        return [*row, self.flow] if self.flow else row


class Scope:
    """A space of variables with the tokens in it.

    `owner` is the id of the token that it belongs to in `parent`; `arms` are
    the event sub-processes that may start in it; `notes` keeps what gateways,
    loops and compensation must remember.
    """

    __slots__ = (
        "arms",
        "definition_id",
        "element",
        "id",
        "is_gone",
        "is_new",
        "kind",
        "notes",
        "output",
        "owner",
        "parent",
        "position",
        "process",
        "tokens",
        "variables",
    )

    def __init__(
        self, number: int, kind: str, process: Process, definition_id: int, element: str | None
    ) -> None:
        self.id = number
        self.kind = kind
        self.process = process
        self.definition_id = definition_id
        self.element = element
        self.parent: Scope | None = None
        self.owner = 0
        self.position = 0
        self.output: str | None = None
        self.tokens: dict[int, Token] = {}
        self.arms: dict[int, Token] = {}
        self.notes: dict[str, Any] = {}
        self.variables = Variables(None)
        self.is_new = True
        self.is_gone = False

    @property
    def home(self) -> Scope:
        return self

    @property
    def container(self) -> str | None:
        """Id of the sub-process whose elements run here; None in a process."""
        return None if self.kind in PROCESSES else self.element

    @property
    def holder(self) -> Token:
        """The token in the parent scope that this scope belongs to."""
        assert self.parent is not None  # noqa: S101  # only a case has no parent, and a case has no holder
        return self.parent.tokens[self.owner]

    @property
    def instance(self) -> Scope:
        """The nearest scope of a process: the case or a called process."""
        scope = self
        while scope.parent is not None and scope.kind not in PROCESSES:
            scope = scope.parent
        return scope

    def packed(self) -> str:
        """Return the tokens as text."""
        form: dict[str, Any] = {"t": [token.packed() for token in self.tokens.values()]}
        if self.arms:
            form["a"] = [token.packed() for token in self.arms.values()]
        if self.notes:
            form["n"] = self.notes
        return orjson.dumps(form).decode()

    def unpack(self, text: str) -> None:
        """Take the tokens from text."""
        form = orjson.loads(text)
        for row in form["t"]:
            self._take(self.tokens, row)
        for row in form.get("a", ()):
            self._take(self.arms, row)
        self.notes = form.get("n", {})

    def _take(self, into: dict[int, Token], row: list[Any]) -> None:
        token = Token(row[0], self, row[1], row[2], row[3] if len(row) > 3 else None)  # noqa: PLR2004  # packed form
        if len(row) > 4:  # noqa: PLR2004  # packed form
            token.waits = token.stored = row[4]
        if len(row) > 5:  # noqa: PLR2004  # packed form
            token.data = row[5]
        into[token.id] = token


class Case(Scope):
    """A root instance: what is known of it beside being a scope."""

    __slots__ = (
        "business_key",
        "end_element",
        "ended_at",
        "key",
        "priority",
        "seq",
        "started_at",
        "started_by",
        "state",
        "subject",
        "touched_at",
        "watches",
    )

    def __init__(
        self, number: int, process: Process, definition_id: int, row: Mapping[str, Any]
    ) -> None:
        super().__init__(number, "case", process, definition_id, None)
        self.key: str = row["key"]
        self.state: str = row["state"]
        self.subject: str | None = row["subject"]
        self.business_key: str | None = row["business_key"]
        self.priority: int = row["priority"]
        self.seq: int = row["seq"]
        self.watches: int = row["watches"]
        self.started_at = row["started_at"]
        self.started_by: str = row["started_by"]
        self.touched_at = row["touched_at"]
        self.ended_at = row["ended_at"]
        self.end_element: str | None = row["end_element"]
