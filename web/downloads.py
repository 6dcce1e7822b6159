"""Files in an answer: a browser keeps them under their name and never shows them in place."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from flask import Response

BYTES = "application/octet-stream"
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ALONE = "sandbox; default-src 'none'"
"""What a browser may do with a file that it shows in spite of everything: nothing."""


def answer(name: str, content: bytes | str | Iterable[bytes], kind: str = BYTES) -> Response:
    """Return an answer with a file of any name (RFC 6266, RFC 8187)."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": ALONE,
    }
    return Response(content, content_type=kind, headers=headers)
