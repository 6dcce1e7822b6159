"""Rows written past SQLAlchemy's execution: its Core compiles a statement once, the driver does the rest.

For an insert or update of a step, `Connection.execute` costs three times what
the database takes. Statements stay Core and column types stay in charge of values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase

Row = Mapping[str, Any]


class Writer:
    """One statement for one dialect and one set of columns."""

    def __init__(self, statement: UpdateBase, dialect: Dialect, columns: tuple[str, ...]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(columns))
        self._dialect = dialect
        self.text = str(compiled)
        processors: Mapping[str, Any] = compiled._bind_processors  # noqa: SLF001  # nothing public gives them
        names = list(compiled.positiontup or compiled.bind_names.values())
        self._fixed = {
            name: processors[name](value) if name in processors else value
            for name, value in compiled.params.items()
            if name not in columns
        }
        own = [(place, name) for place, name in enumerate(names) if name not in self._fixed]
        others = [(place, name) for place, name in enumerate(names) if name in self._fixed]
        self._names = [name for _, name in own]
        self._fill = [self._fixed[name] for _, name in others]
        self._order = [place for place, _ in (*own, *others)]
        self._makers = [
            (place, name, processors[name])
            for place, name in enumerate(self._names)
            if name in processors
        ]
        self._named_makers = {name: make for _, name, make in self._makers}.items()
        self._values = itemgetter(*self._names, *self._names[:1])  # of two at least: always a tuple
        self._is_positional = compiled.positional

    def write(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Execute the statement once for each row. Raises SQLAlchemy's own errors."""
        form: Callable[[Row], Any] = self._tuple if self._is_positional else self._dict
        cursor = connection.connection.cursor()
        # Whoever listens to statements on the engine hears of these too.
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, self.text, rows, None, len(rows) > 1)
        try:
            if len(rows) == 1:
                cursor.execute(self.text, form(rows[0]))
            else:
                cursor.executemany(self.text, [form(row) for row in rows])
        except self._dialect.loaded_dbapi.Error as fault:
            raise DBAPIError.instance(
                self.text, None, fault, self._dialect.loaded_dbapi.Error, dialect=self._dialect
            ) from fault
        finally:
            cursor.close()

    def _tuple(self, row: Row) -> Sequence[Any]:
        values = list(self._values(row))
        values.pop()
        for place, _, make in self._makers:
            values[place] = make(values[place])
        if not self._fill:
            return values
        values += self._fill
        placed: list[Any] = [None] * len(values)
        for place, value in zip(self._order, values, strict=True):
            placed[place] = value
        return placed

    def _dict(self, row: Row) -> Row:
        values = {**self._fixed, **row}
        for name, make in self._named_makers:
            values[name] = make(values[name])
        return values
