"""One HTTP connection to an address already chosen, on which the whole exchange has one end in time."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
from time import monotonic
from typing import Any, cast

from ledger.outbound.faults import Broken, TooSlow
from ledger.outbound.rules import Rules


class Limit:
    """The instant on the monotonic clock at which a request is over."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left, more than none. Raises TooSlow."""
        left = self._ends - monotonic()
        if left <= 0:
            raise TooSlow(
                "Expected a whole answer within %(seconds)s seconds", seconds=f"{self.seconds:g}"
            )
        return left


class _Reader(io.RawIOBase):
    """Reads a socket; each read has what is left of the whole, so that drops of bytes gain no time."""

    def __init__(self, raw: io.RawIOBase, way: socket.socket, limit: Limit) -> None:
        self._raw, self._way, self._limit = raw, way, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._way.settimeout(self._limit.left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Way:
    """The part of a socket that http.client uses."""

    def __init__(self, way: socket.socket, limit: Limit) -> None:
        self._way, self._limit = way, limit

    def sendall(self, data: bytes) -> None:
        self._way.settimeout(self._limit.left())
        self._way.sendall(data)

    def makefile(self, *_arguments: Any) -> io.BufferedReader:
        raw = cast("io.RawIOBase", self._way.makefile("rb", buffering=0))
        return io.BufferedReader(_Reader(raw, self._way, self._limit))

    def close(self) -> None:
        self._way.close()


class Connection(http.client.HTTPConnection):
    """To `host`, at the first of `addresses` that takes the connection."""

    def __init__(
        self, host: str, port: int, addresses: list[str], rules: Rules, limit: Limit, *, tls: bool
    ) -> None:
        super().__init__(host, port)
        self._addresses, self._rules, self._limit, self._tls = addresses, rules, limit, tls
        # the port is left out of the Host header where it is the scheme's own
        self.default_port = 443 if tls else 80

    def connect(self) -> None:
        """Connect, with TLS checked against the host's name. Raises Broken or TooSlow."""
        way = self._connected()
        if self._tls:
            way.settimeout(self._limit.left())
            way = ssl.create_default_context().wrap_socket(way, server_hostname=self.host)
        self.sock = cast("socket.socket", _Way(way, self._limit))

    def _connected(self) -> socket.socket:
        fault: OSError | None = None
        for address in self._addresses:
            patience = min(self._rules.connect_seconds, self._limit.left())
            try:
                return socket.create_connection((address, self.port), timeout=patience)
            except TimeoutError:
                fault = TimeoutError(f"no connection within {patience:g} seconds")
            except OSError as refused:
                fault = refused
        if isinstance(fault, TimeoutError):
            raise TooSlow("Expected to reach %(host)s, but %(fault)s", host=self.host, fault=fault)
        raise Broken("Expected to reach %(host)s, but %(fault)s", host=self.host, fault=fault)
