"""Rows written past SQLAlchemy's execution: its Core compiles a statement once, the driver does the rest.

For an insert or update of a step, `Connection.execute` costs three times what
the database takes. Statements stay Core and column types stay in charge of values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Connection, Dialect
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase

from ledger import sending

Row = Mapping[str, Any]
Values = Sequence[Any]
"""The values of a row, in the order of the columns that its Writer was made for."""


class Writer:
    """One statement for one dialect and one set of columns."""

    def __init__(self, statement: UpdateBase, dialect: Dialect, columns: tuple[str, ...]) -> None:
        compiled = statement.compile(dialect=_by_place(dialect), column_keys=list(columns))
        self._dialect = dialect
        self.text = str(compiled)
        makers: Mapping[str, Any] = compiled._bind_processors  # noqa: SLF001  # nothing public gives them
        names = list(compiled.positiontup or ())
        own = [name for name in names if name in columns]
        others = [name for name in names if name not in columns]
        self._makers = [(place, makers[name]) for place, name in enumerate(own) if name in makers]
        fixed = [compiled.params[name] for name in others]
        self._fixed = [
            makers[name](value) if name in makers else value
            for name, value in zip(others, fixed, strict=True)
        ]
        # Where the statement wants what the row gives, then what stands in the statement.
        given, said = iter(range(len(own))), iter(range(len(own), len(names)))
        self._order = [next(given if name in columns else said) for name in names]
        # Of two at least, so that what they give is always a tuple; the last is dropped again.
        self._of_row = itemgetter(*own, own[0])
        self._of_values = itemgetter(*map(columns.index, own), 0)

    def write(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Execute the statement once for each row. Raises SQLAlchemy's own errors."""
        self._execute(connection, [self._of_row(row) for row in rows])

    def write_values(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Execute the statement once for each row. Raises SQLAlchemy's own errors."""
        self._execute(connection, [self._of_values(row) for row in rows])

    def _execute(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        values = self._one(rows[0]) if len(rows) == 1 else self._many(rows)
        if unsent := sending.waiting(connection):
            self._heard(connection, None, values, len(rows))
            unsent.add(self.text, [values] if len(rows) == 1 else values)
            return
        cursor = connection.connection.cursor()
        self._heard(connection, cursor, values, len(rows))
        try:
            if len(rows) == 1:
                cursor.execute(self.text, values)
            else:
                cursor.executemany(self.text, values)
        except self._dialect.loaded_dbapi.Error as fault:
            raise DBAPIError.instance(
                self.text, None, fault, self._dialect.loaded_dbapi.Error, dialect=self._dialect
            ) from fault
        finally:
            cursor.close()

    def _heard(self, connection: Connection, cursor: Any, values: Values, count: int) -> None:
        """Let whoever listens to statements on the engine hear of these too."""
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, self.text, values, None, count > 1)

    def _one(self, row: tuple[Any, ...]) -> Values:
        values = list(row)
        values.pop()
        for place, make in self._makers:
            values[place] = make(values[place])
        return self._placed(values, self._fixed)

    def _many(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[Values]:
        columns: list[Values] = list(zip(*rows, strict=True))
        columns.pop()
        for place, make in self._makers:
            columns[place] = _made(columns[place], make)
        fixed = [(value,) * len(rows) for value in self._fixed]
        return list(zip(*self._placed(columns, fixed), strict=True))

    def _placed(self, own: list[Any], fixed: list[Any]) -> list[Any]:
        if not fixed:
            return own
        every = own + fixed
        return [every[place] for place in self._order]


def _made(column: Values, make: Callable[[Any], Any]) -> Values:
    """Change the values for the driver; one that many rows share is changed once."""
    known: Any = None
    made = make(None)
    found = []
    for value in column:
        if value is not known:
            known, made = value, make(value)
        found.append(made)
    return found


def _by_place(dialect: Dialect) -> Dialect:
    """Return the dialect as one that fills a statement in order and not by name."""
    made = cast("type[DefaultDialect]", type(dialect))
    return dialect if dialect.positional else made(paramstyle="format")
