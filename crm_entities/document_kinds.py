"""Which files may be kept: by the ending of their name, held against how the bytes begin."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.rejection import invalid

MOST_BYTES: Final = 50 * 1024 * 1024
LONGEST_NAME: Final = 200
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: the type it is handed out as, and how its bytes may begin (anything where empty)."""

    media_type: str
    begins: tuple[bytes, ...] = ()


_TEXT = Kind("text/plain")
KINDS: Final[Mapping[str, Kind]] = {
    "pdf": Kind("application/pdf", (b"%PDF-",)),
    "docx": Kind(f"{_OFFICE}.wordprocessingml.document", _ZIP),
    "xlsx": Kind(f"{_OFFICE}.spreadsheetml.sheet", _ZIP),
    "pptx": Kind(f"{_OFFICE}.presentationml.presentation", _ZIP),
    "odt": Kind("application/vnd.oasis.opendocument.text", _ZIP),
    "ods": Kind("application/vnd.oasis.opendocument.spreadsheet", _ZIP),
    "odp": Kind("application/vnd.oasis.opendocument.presentation", _ZIP),
    "doc": Kind("application/msword", _OLE),
    "xls": Kind("application/vnd.ms-excel", _OLE),
    "ppt": Kind("application/vnd.ms-powerpoint", _OLE),
    "msg": Kind("application/vnd.ms-outlook", _OLE),
    "eml": Kind("message/rfc822"),
    "rtf": Kind("application/rtf", (b"{\\rtf",)),
    "txt": _TEXT,
    "md": _TEXT,
    "csv": Kind("text/csv"),
    "json": Kind("application/json"),
    "xml": Kind("application/xml"),
    "ics": Kind("text/calendar"),
    "vcf": Kind("text/vcard"),
    "html": Kind("text/html"),
    "zip": Kind("application/zip", _ZIP),
    "png": Kind("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": Kind("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": Kind("image/jpeg", (b"\xff\xd8\xff",)),
    "gif": Kind("image/gif", (b"GIF87a", b"GIF89a")),
    "webp": Kind("image/webp", (b"RIFF",)),
    "tif": Kind("image/tiff", (b"II*\x00", b"MM\x00*")),
    "tiff": Kind("image/tiff", (b"II*\x00", b"MM\x00*")),
    "heic": Kind("image/heic"),
    "mp3": Kind("audio/mpeg"),
    "mp4": Kind("video/mp4"),
}
"""Every kind that is taken, by the ending of a name. All are handed out as attachments, never shown in place."""


def checked_name(name: str) -> str:
    """Return a file's name without folders and invisible characters. Raises Rejection(invalid_argument) for none."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(one for one in bare if unicodedata.category(one) not in {"Cc", "Cf", "Zl", "Zp"})
    words = " ".join(seen.split())
    if not words.strip(". "):
        raise invalid("Expected a file with a name", field="file")
    if len(words) > LONGEST_NAME:
        raise invalid(
            "Expected a file's name of at most %(longest_name)s characters, but it has %(count)s",
            longest_name=LONGEST_NAME,
            count=len(words),
            field="file",
        )
    return words


def checked(name: str, content: bytes) -> str:
    """Return the media type of a file. Raises Rejection(invalid_argument) where it may not be kept.

    That is: nothing in it, more than `MOST_BYTES`, a kind that is not taken, or
    bytes that are not what the name says.
    """
    if not content:
        raise invalid(
            "Expected something in %(name)s, but the file is empty", name=name, field="file"
        )
    if len(content) > MOST_BYTES:
        most = MOST_BYTES // 1024 // 1024
        raise invalid(
            "Expected a file of at most %(most)s MB, but %(name)s is larger",
            most=most,
            name=name,
            field="file",
        )
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    kind = KINDS.get(ending)
    if kind is None:
        raise invalid(
            "Expected a file of one of the kinds %(kinds)s, but got %(name)s",
            kinds=KINDS,
            name=name,
            field="file",
        )
    if kind.begins and not content.startswith(kind.begins):
        raise invalid(
            "Expected %(name)s to be what its ending .%(ending)s says, but it holds something else",
            name=name,
            ending=ending,
            field="file",
        )
    return kind.media_type
