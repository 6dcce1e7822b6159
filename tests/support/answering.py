"""A host on this machine that answers HTTP as it is told: whole, slowly, wrongly or never."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Part = bytes | float
"""Bytes to send, or seconds to wait (until the host is closed at the latest)."""


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; names of headers in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def answer(
    status: int = 200, body: bytes = b"", kind: str = "application/json", **headers: str
) -> list[Part]:
    """Return a whole and right answer; `location="…"` and the like become headers."""
    lines = [f"HTTP/1.1 {status} Words", f"Content-Length: {len(body)}", f"Content-Type: {kind}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ["\r\n".join([*lines, "Connection: close", "", ""]).encode() + body]


@dataclass
class Host:
    """Listens on 127.0.0.1; `asked` holds what came, `tell` decides what goes back."""

    tell: Callable[[Asked], list[Part]] = lambda _asked: answer()
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    tls: ssl.SSLContext | None = None

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http{'s' if self.tls else ''}://{host}:{self.port}{path}"


@contextmanager
def host(
    tell: Callable[[Asked], list[Part]] | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[Host]:
    """Yield a host that answers until the `with` ends; over https where it has a context with a certificate."""
    told = Host(tell or (lambda _asked: answer()), tls=tls)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as door:
        told.port = door.getsockname()[1]
        keeper = threading.Thread(target=_keep, args=(door, told, over))
        keeper.start()
        try:
            yield told
        finally:
            over.set()
            with suppress(OSError), socket.create_connection(("127.0.0.1", told.port)):
                pass
            keeper.join()


def _keep(door: socket.socket, told: Host, over: threading.Event) -> None:
    talks: list[threading.Thread] = []
    while not over.is_set():
        way, _ = door.accept()
        talks.append(threading.Thread(target=_talk, args=(way, told, over)))
        talks[-1].start()
    for talk in talks:
        talk.join()


def _secured(way: socket.socket, told: Host) -> socket.socket:
    return told.tls.wrap_socket(way, server_side=True) if told.tls else way


def _talk(plain: socket.socket, told: Host, over: threading.Event) -> None:
    with (
        plain,
        suppress(OSError, UnicodeDecodeError),
        _secured(plain, told) as way,
        way.makefile("rb") as reader,
    ):
        first = reader.readline().decode().split()
        if not first:
            return
        headers = {}
        while line := reader.readline().decode().strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = reader.read(int(headers.get("content-length", 0)))
        asked = Asked(first[0], first[1], headers, body)
        told.asked.append(asked)
        for part in told.tell(asked):
            if isinstance(part, bytes):
                way.sendall(part)
            elif over.wait(part):
                return
