"""The cookie of small notes: what the next page says once, and before the login the secret of forms. It is signed."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any, cast

import orjson
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

NAME = "kontor_note"


class Plain:
    """Notes are texts and lists of texts: JSON as it is, without Flask's marks for other types."""

    def dumps(self, notes: Any) -> str:
        """Return notes as JSON."""
        return orjson.dumps(notes).decode()

    def loads(self, text: str | bytes) -> Any:
        """Return the notes of a JSON text."""
        return orjson.loads(text)


class Notes(SecureCookieSessionInterface):
    """Flask's signed cookie, with one signer for all requests: the key stays while the program runs."""

    digest_method = staticmethod(hashlib.sha256)
    serializer = cast("Any", Plain())

    def __init__(self, app: Flask) -> None:
        self._app = app

    @cached_property
    def _signer(self) -> URLSafeTimedSerializer | None:
        return super().get_signing_serializer(self._app)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:  # noqa: ARG002  # Flask's form
        return self._signer


def init_app(app: Flask) -> None:
    """Give the requests of `app` their notes; its secret key must be set."""
    app.session_interface = Notes(app)
