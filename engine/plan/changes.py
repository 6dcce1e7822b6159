"""The changes of one step: made in memory, undone where an element fails, written once at the end."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from sqlalchemy.sql.dml import UpdateBase

from engine import clocks
from engine.bpmn.graph import Process
from engine.plan.rows import CLEARS, INSERTS
from engine.waiting import (
    cases,
    watches,
)
from engine.waiting.state import PENDING, Case, Scope, Token
from ledger.event_log import Event
from ledger.transaction import Transaction
from ledger.words import say

WAITING_KINDS = frozenset({"intermediateCatchEvent", "receiveTask", "eventBasedGateway"})

MOST_TOKENS = 10_000
"""How many tokens may be under way in one scope; each step reads and writes them all."""


class Plan:
    """What one transaction does to one case."""

    def __init__(self, tx: Transaction, case: Case) -> None:
        self.tx = tx
        self.now = tx.now
        self.case = case
        self.scopes: dict[int, Scope] = {case.id: case}
        self.agenda: deque[Token] = deque()
        self.later: list[tuple[int, int]] = []
        self.steps = 0
        self.budget: int | None = None
        self.changed: set[str] = set()
        self.fields: dict[str, Any] | None = None
        self.data_stores: dict[str, Any] = {}
        self.effects: list[Callable[[Transaction], None]] = []
        self.signals: list[tuple[str, dict[str, Any]]] = []
        self.touched: dict[int, Scope] = {}
        self.waiting_rows: dict[str, dict[int, list[dict[str, Any]]]] = {
            letter: {} for letter in INSERTS
        }
        self.statements: dict[UpdateBase, list[dict[str, Any]]] = {}
        self._undo: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
        self.events: list[Event] = []
        self.passed: list[list[Any]] = []
        self.traces: list[tuple[str, Scope, str]] = []
        self._next: list[Token] = []
        self._watches: list[dict[str, Any]] | None = None
        self._marks = (0, 0, 0, 0, 0)

    # Changes in memory; each knows how it is undone.

    def change(self, thing: Token | Scope, name: str, value: Any) -> None:
        """Set an attribute of a token or a scope."""
        self._undo.append((setattr, (thing, name, getattr(thing, name))))
        setattr(thing, name, value)
        home = thing.home
        self.touched[home.id] = home

    def remember(self, thing: Token | Scope, name: str, value: Any) -> None:
        """Keep a value under a name with a token (its `data`) or a scope (its `notes`); None forgets it."""
        store = thing.data if isinstance(thing, Token) else thing.notes
        before = dict(store)
        self._undo.append((_restore, (store, before)))
        if value is None:
            store.pop(name, None)
        else:
            store[name] = value
        home = thing.home
        self.touched[home.id] = home

    def assign(self, scope: Scope, name: str, form: Any) -> None:
        """Set the JSON form of a variable in exactly this scope."""
        before = scope.variables.put(name, form)
        self._undo.append((scope.variables.put, (name, before)))
        self.touched[scope.id] = scope
        self.changed.add(name)

    def keep_in_store(self, name: str, form: Any) -> None:
        """Set the JSON form of what this step reads from a data store."""
        self._undo.append((_restore, (self.data_stores, dict(self.data_stores))))
        self.data_stores[name] = form
        self.changed.add(name)

    def place(self, scope: Scope, element: str, phase: str, flow: str | None = None) -> Token:
        """Put a new token into a scope; it is put on the agenda where its phase has something to do."""
        if len(scope.tokens) >= MOST_TOKENS:
            raise ValueError(
                say(
                    "Expected at most %(most)s tokens at once in a process or sub-process, but here is one more",
                    most=f"{MOST_TOKENS:,}",
                )
            )
        token = Token(self.tx.new_id(), scope, element, phase, flow)
        scope.tokens[token.id] = token
        self._undo.append((scope.tokens.pop, (token.id, None)))
        self.touched[scope.id] = scope
        if phase in PENDING:
            self._next.append(token)
        return token

    def arm(self, scope: Scope, element: str) -> Token:
        """Put a token beside the others of a scope that stands for an event sub-process that may start."""
        token = Token(self.tx.new_id(), scope, element, "armed")
        scope.arms[token.id] = token
        self._undo.append((scope.arms.pop, (token.id, None)))
        self.touched[scope.id] = scope
        return token

    def remove(self, token: Token) -> None:
        """Take a token out of its scope."""
        if token.is_gone:
            return
        among = token.scope.arms if token.id in token.scope.arms else token.scope.tokens
        self._undo.append((_put_back, (among, dict(among))))
        del among[token.id]
        self.change(token, "is_gone", value=True)

    def turn(self, token: Token, phase: str) -> None:
        """Change a token's phase; it is put on the agenda where that has something to do."""
        self.change(token, "phase", phase)
        if phase in PENDING:
            self._next.append(token)

    def open(
        self, kind: str, parent: Scope, holder: Token, process: Process, definition_id: int
    ) -> Scope:
        """Open a scope for a token of `parent`."""
        scope = Scope(self.tx.new_id(), kind, process, definition_id, holder.element)
        scope.parent = parent
        scope.owner = holder.id
        self.scopes[scope.id] = scope
        self._undo.append((self.scopes.pop, (scope.id, None)))
        self._undo.append((self.touched.pop, (scope.id, None)))
        self.touched[scope.id] = scope
        return scope

    def close(self, scope: Scope) -> None:
        """Take a scope away with its large values."""
        self.change(scope, "is_gone", value=True)

    # Rows that wait for a token.

    def wait(self, letter: str, token: Token, row: dict[str, Any]) -> None:
        """Add a row that waits for a token."""
        rows = self.waiting_rows[letter].setdefault(token.id, [])
        rows.append(row)
        self._undo.append((rows.pop, ()))
        if letter not in token.waits:
            self.change(token, "waits", token.waits + letter)

    def clear(
        self, token: Token, letters: str | None = None, how: clocks.rows.Left = "terminated"
    ) -> None:
        """Take away the rows that wait for a token: all, or those of some tables."""
        for letter in token.waits if letters is None else letters:
            if letter in token.waits:
                self._clear(token, letter, how)

    def release(self, token: Token, letter: str) -> None:
        """Forget that rows of a table wait for a token: a statement of its own took care of them."""
        self.change(token, "waits", token.waits.replace(letter, ""))
        self.change(token, "stored", token.stored.replace(letter, ""))

    def _clear(self, token: Token, letter: str, how: clocks.rows.Left) -> None:
        pending = self.waiting_rows[letter].pop(token.id, None)
        if pending is not None:
            self._undo.append((self.waiting_rows[letter].__setitem__, (token.id, pending)))
        if letter == "w":
            self.change(self.case, "watches", max(0, self.case.watches - 1))
        if letter in token.stored:
            self.execute(CLEARS[letter], self._cleared(token, letter, how))
            self.change(token, "stored", token.stored.replace(letter, ""))
        self.change(token, "waits", token.waits.replace(letter, ""))

    def _cleared(self, token: Token, letter: str, how: clocks.rows.Left) -> dict[str, Any]:
        if letter == "k":
            return clocks.left(self.case.id, token.id, self.now, how)
        row: dict[str, Any] = {"b_case": self.case.id, "b_token": token.id}
        return {**row, "ended_at": self.now, "ended_by": self.tx.actor} if letter == "u" else row

    def added(self, letter: str) -> list[dict[str, Any]]:
        """Return the rows of a table that this step has added so far."""
        return [row for rows in self.waiting_rows[letter].values() for row in rows]

    def remembered_watches(self) -> list[dict[str, Any]]:
        """Return the stored watches of the case, read once in a step."""
        if self._watches is None:
            found = (
                self.tx.execute(watches.OF_CASE, {"case_id": self.case.id})
                if not self.case.is_new
                else ()
            )
            self._watches = [dict(row._mapping) for row in found]  # noqa: SLF001  # SQLAlchemy's public name
        return self._watches

    def insert(self, letter: str, row: dict[str, Any]) -> None:
        """Add a row that waits for no token of this case."""
        rows = self.waiting_rows[letter].setdefault(0, [])
        rows.append(row)
        self._undo.append((rows.pop, ()))

    def execute(self, statement: UpdateBase, row: dict[str, Any]) -> None:
        """Add parameters to a statement that is executed, before the rows are inserted, when the plan is written."""
        rows = self.statements.setdefault(statement, [])
        rows.append(row)
        self._undo.append((rows.pop, ()))

    # What is told.

    def note(
        self,
        kind: str,
        element: str | None = None,
        ref: str | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        """Note an event of the case."""
        self.events.append(Event(kind=kind, element=element, ref=ref, data=data))

    def trace(self, kind: str, scope: Scope, element: str, *, is_noted: bool = False) -> None:
        """Tell a step to whoever follows: activated, completed, terminated, incident, …

        `is_noted`: an event of its own says that the element completed.
        """
        self.traces.append((kind, scope, element))
        if kind == "completed" and not is_noted:
            self.passed.append([element] if scope is self.case else [element, scope.id])

    def next_seq(self) -> int:
        """Number one more event of the case at once, for a command that moves nothing."""
        self.case.seq += 1
        row = {"b_id": self.case.id, "seq": self.case.seq, "touched_at": self.now}
        self.tx.write(cases.COUNT, [row])
        return self.case.seq

    # One element at a time.

    def mark(self) -> None:
        """Begin the part of one element."""
        self._undo.clear()
        self._marks = (
            len(self.events),
            len(self.traces),
            len(self.passed),
            len(self.effects),
            len(self.signals),
        )

    def keep(self) -> None:
        """Let the element's part join the plan: what it moved goes onto the agenda.

        Who only waits is set down before who acts, so that a branch that throws finds the branch beside it waiting.
        """
        if len(self._next) == 1:
            self.agenda.append(self._next.pop())
            return
        for token in self._next:
            if not _only_waits(token):
                self.agenda.append(token)
        self.agenda.extendleft(token for token in reversed(self._next) if _only_waits(token))
        self._next.clear()

    def undo(self) -> None:
        """Drop the element's part."""
        for function, arguments in reversed(self._undo):
            function(*arguments)
        self._undo.clear()
        for kept, mark in zip(
            (self.events, self.traces, self.passed, self.effects, self.signals),
            self._marks,
            strict=True,
        ):
            del kept[mark:]  # type: ignore[attr-defined]  # each is a list
        self._next.clear()


def _only_waits(token: Token) -> bool:
    return token.phase == "enter" and token.definition.kind in WAITING_KINDS


def _restore(store: dict[str, Any], before: dict[str, Any]) -> None:
    store.clear()
    store.update(before)


def _put_back(among: dict[int, Token], before: dict[int, Token]) -> None:
    among.clear()
    among.update(before)
