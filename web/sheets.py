"""Tables as files: CSV that spreadsheets open as text, and .xlsx, without a cell that they would run.

They are written row by row, long ones to disk, so that they need little memory.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import IO

from web import formats

Cell = str | int | float | Decimal | datetime | None
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a cell begins that a spreadsheet takes for a formula."""
ROWS = 500
"""Rows read at a time for a file."""
IN_MEMORY = 1024 * 1024
"""Bytes from which on a file lies on the disk."""
CHUNK = 64 * 1024
TITLE = 31
"""Letters that the name of a sheet may have."""


def as_csv(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """Return a CSV in UTF-8, titles first; a text that looks like a formula gets an apostrophe before it."""
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # `chunks` closes it
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([_plain(cell) for cell in titles])
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    text.detach()
    file.seek(0)
    return file


def as_xlsx(name: str, titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """Return an .xlsx of one sheet; texts are texts, whatever they begin with, and numbers are numbers."""
    import xlsxwriter  # noqa: PLC0415  # takes a tenth of the program's start, and few ask for a sheet

    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # `chunks` closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        page = book.add_worksheet(name[:TITLE])
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for column, title in enumerate(titles):
            page.write_string(0, column, title, bold)
        for line, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, datetime):
                    page.write_datetime(line, column, _wall(cell), day)
                elif isinstance(cell, str):
                    page.write_string(line, column, cell)
                elif cell is not None:
                    page.write_number(line, column, float(cell))
    file.seek(0)
    return file


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield what a file holds, and close it at the end or when nobody wants the rest."""
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _wall(instant: datetime) -> datetime:
    return formats.local(instant).replace(tzinfo=None)


def _plain(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return _wall(cell).isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(RISKY) else cell
    return "" if cell is None else str(cell)
