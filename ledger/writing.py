"""Rows written past SQLAlchemy's execution: its Core compiles a statement once, the driver does the rest.

For an insert or update of a step, `Connection.execute` costs three times what
the database takes. Statements stay Core and column types stay in charge of values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
        fixed = {name: value for name, value in compiled.params.items() if name not in columns}
        names = list(compiled.positiontup or compiled.bind_names.values())
        self._slots = [(name, processors.get(name), fixed.get(name)) for name in names]
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

    def _tuple(self, row: Row) -> tuple[Any, ...]:
        return tuple(
            [
                process(row.get(name, fixed)) if process else row.get(name, fixed)
                for name, process, fixed in self._slots
            ]
        )

    def _dict(self, row: Row) -> dict[str, Any]:
        return {
            name: process(row.get(name, fixed)) if process else row.get(name, fixed)
            for name, process, fixed in self._slots
        }
