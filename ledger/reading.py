"""Rows read past SQLAlchemy's execution: its Core compiles a question once, the driver does the rest.

Meant for the questions of a step and of a sweep, which `Connection.execute` makes three times
dearer than the database does. Questions stay Core and column types stay in charge of values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError

from ledger import sending

_alone = nullcontext()


def _at_once(_connection: Connection, _question: str) -> AbstractContextManager[None]:
    return _alone


class Reader:
    """One question for one dialect."""

    def __init__(self, question: Select[Any], dialect: Dialect) -> None:
        compiled = question.compile(dialect=dialect)
        self._dialect = dialect
        self.text = str(compiled)
        self._names = list(compiled.positiontup or ())
        binders: Mapping[str, Any] = compiled._bind_processors  # noqa: SLF001  # nothing public gives them
        self._binders = dict(binders)
        self._fixed = self._bound(compiled.params)
        self._is_positional = compiled.positional
        self._way = _at_once if dialect.name == "sqlite" else sending.ahead_of
        makers = [
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in question.selected_columns
        ]
        self._makers = [(place, maker) for place, maker in enumerate(makers) if maker]

    def read(self, connection: Connection, given: Mapping[str, Any]) -> Sequence[list[Any]]:
        """Return the rows, each as values in the order of the question. Raises SQLAlchemy's own errors."""
        known = {**self._fixed, **self._bound(given)}
        values = tuple(known[name] for name in self._names) if self._is_positional else known
        cursor = connection.connection.cursor()
        # Whoever listens to statements on the engine hears of these too.
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, self.text, values, None, False)
        try:
            with self._way(connection, self.text):
                cursor.execute(self.text, values)
            rows = [list(row) for row in cursor.fetchall()]
        except self._dialect.loaded_dbapi.Error as fault:
            raise DBAPIError.instance(
                self.text, None, fault, self._dialect.loaded_dbapi.Error, dialect=self._dialect
            ) from fault
        finally:
            cursor.close()
        for place, make in self._makers:
            for row in rows:
                if row[place] is not None:
                    row[place] = make(row[place])
        return rows

    def _bound(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        return {
            name: self._binders[name](value) if name in self._binders else value
            for name, value in given.items()
        }
