"""The archive that a .docx is (ISO/IEC 29500-2): read within limits and whatever is wrong with it, written again."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final

from engine.templates.pieces import TemplateError
from ledger.words import say

MOST_UNPACKED: Final = 50 * 1024 * 1024
MOST_FILES: Final = 500
REFUSED: Final = ("vbaproject", "activex", "embeddings/")
"""Parts of an archive in which something could be run."""
PACKED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The ways of packing that the standard allows."""


def unpacked(content: bytes) -> dict[str, bytes]:
    """Return the parts of an archive by name. Raises TemplateError for one that is broken, too large or not safe."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            rows = archive.infolist()
            if len(rows) > MOST_FILES or sum(row.file_size for row in rows) > MOST_UNPACKED:
                raise TemplateError(
                    say(
                        "Expected a .docx of at most %(parts)s parts and %(most)s bytes unpacked",
                        parts=MOST_FILES, most=MOST_UNPACKED,
                    )
                )  # fmt: skip
            found: dict[str, bytes] = {}
            for row in rows:
                _check(row, found)
                found[row.filename] = archive.read(row)
            return found
    except (
        zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
    ) as fault:  # fmt: skip
        if isinstance(fault, TemplateError):
            raise
        raise TemplateError(
            say("Expected a .docx, but %(fault)s", fault=str(fault) or type(fault).__name__)
        ) from fault


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return an archive with these parts; the same parts give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            # without a time of its own
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _check(row: zipfile.ZipInfo, found: Mapping[str, bytes]) -> None:
    name = row.filename
    if any(word in name.lower() for word in REFUSED):
        raise TemplateError(
            say("Expected a .docx without macros and objects, but it has %(part)s", part=name)
        )
    if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
        raise TemplateError(
            say("Expected a .docx whose parts stay inside it, but one is %(part)s", part=name)
        )
    if name in found:
        raise TemplateError(
            say(
                "Expected a .docx with one part of each name, but %(part)s is there twice",
                part=name,
            )
        )
    if row.compress_type not in PACKED:
        raise TemplateError(
            say("Expected a .docx, but %(part)s is packed in another way", part=name)
        )
