"""How far the cells of a spreadsheet reach, told before anything makes room for them."""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from ledger.rejection import invalid

MOST_UNPACKED = 300_000_000
"""Of all parts together: half a million rows of ten columns take two thirds of it."""
DENSEST = 100
"""How many times its packed size a large part may take: tables of people come to 5 to 30."""
LARGE = 10_000_000
MOST_CELLS = 20_000_000
"""Of the rectangle around all cells: two filled corners of a sheet take the room of everything between them."""
_CHUNK = 1 << 20
_LONGEST_TAG = 1 << 16
_PLACE = re.compile(
    rb"""\br\s*=\s*["']([A-Za-z]*)([0-9]+)["']"""
    rb"""((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*/>)?"""
)
"""The place of a cell or a row; the last group is there where it is empty."""
_CELL = re.compile(rb"<(?:[\w.-]+:)?c(?=[\s>/])")

DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError),
    *(EOFError, OSError, ValueError),
)
"""What unpacking raises where a byte of an archive is not what it was."""


def must_be_small(content: bytes) -> None:
    """Refuse a workbook that is small on disk and huge in memory. Raises `Rejection(invalid_argument)`.

    What its directory says of sizes decides at once; then every part is unpacked once and no further
    than that, because the directory may lie.
    """
    try:
        book = zipfile.ZipFile(io.BytesIO(content))
        _must_be_declared_small(book.infolist())
        for part in book.infolist():
            _must_be_near(_chunks(book, part))
    except DAMAGED as fault:
        raise invalid(
            "Expected a spreadsheet that can be opened, but this one is damaged"
        ) from fault


def _must_be_declared_small(parts: Sequence[zipfile.ZipInfo]) -> None:
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise invalid(
            "Expected a spreadsheet of at most %(most_unpacked)s MB unpacked; divide it",
            most_unpacked=MOST_UNPACKED // 1_000_000,
        )
    for part in parts:
        if part.file_size > LARGE and part.file_size > DENSEST * part.compress_size:
            raise invalid(
                "Expected a table, but %(part)s repeats the same for %(size)s MB; "
                "copy the table into a new file and try again",
                part=part.filename,
                size=part.file_size // 1_000_000,
            )


def _chunks(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part in pieces that end before a tag."""
    rest = b""
    with book.open(part) as stream:
        while more := stream.read(_CHUNK):
            piece = rest + more
            cut = piece.rfind(b"<")
            cut = len(piece) if len(piece) - cut > _LONGEST_TAG else cut
            rest = piece[cut:]
            yield piece[:cut]
    yield rest


def _must_be_near(pieces: Iterator[bytes]) -> None:
    width = height = unplaced = 0
    for piece in pieces:
        unplaced += len(_CELL.findall(piece))
        for letters, digits, is_empty in _PLACE.findall(piece):
            unplaced -= bool(letters)
            if not is_empty:
                width = max(width, _column(letters))
                height = max(height, int(digits[:9]))
        if (width + max(unplaced, 0)) * height > MOST_CELLS:
            raise invalid(
                "Expected a sheet of at most %(most_cells)s cells, but something stands "
                "far from the others; copy the table into a new file and try again",
                most_cells=f"{MOST_CELLS:,}",
            )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:4].upper():
        number = number * 26 + letter - 64
    return number
