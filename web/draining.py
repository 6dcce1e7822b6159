"""A body that is larger than allowed is read to its end and thrown away, so that its sender hears why.

A browser that still sends sees only a broken connection, whatever was answered.
"""

from __future__ import annotations

from typing import Any, Final

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer
from waitress.utilities import RequestEntityTooLarge

MOST_DRAINED: Final = 1 << 30
"""Bytes read for nothing at most; who announces more is cut off."""
SPARE: Final = 50
"""So many connections before its limit the server begins to make room; at the limit nobody comes in."""


class Parser(HTTPRequestParser):  # type: ignore[misc]  # the library has no types
    """Hands on a request whose body is too large without the body: the application refuses it by its length."""

    left = 0
    error: object
    completed: bool

    def received(self, data: bytes) -> int:
        """Take part of a request and return how much of it was taken."""
        if self.left:
            return self._drain(data)
        taken: int = super().received(data)
        is_too_large = isinstance(self.error, RequestEntityTooLarge) and not self.chunked
        if is_too_large and self.content_length <= MOST_DRAINED:
            self.error, self.completed = None, False
            self.body_rcv, self.left = None, self.content_length
        return taken

    def _drain(self, data: bytes) -> int:
        taken = min(len(data), self.left)
        self.left -= taken
        self.completed = not self.left
        return taken


class Channel(HTTPChannel):  # type: ignore[misc]  # the same
    """A connection whose requests are read so; where there are too many, the one longest idle makes room for it."""

    parser_class = Parser

    def __init__(self, server: BaseWSGIServer, *given: Any, **named: Any) -> None:
        super().__init__(server, *given, **named)
        others = server.active_channels.values()
        if len(others) >= server.adj.connection_limit - SPARE:
            idle = (one for one in others if one is not self and not one.requests)
            longest = min(idle, key=lambda one: one.last_activity, default=None)
            if longest is not None:
                longest.will_close = True


def use(server: BaseWSGIServer) -> None:
    """Let all listeners of a server read requests so; one name may stand for several addresses."""
    for listener in (server, *getattr(server, "map", {}).values()):
        if isinstance(listener, BaseWSGIServer):
            listener.channel_class = Channel
