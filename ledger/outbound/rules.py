"""What a request to another host may do: how long, how much, how far, and to whom."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Rules:
    """Limits of one request with all its redirects.

    `hosts` are names that may lie on private addresses: `wiki.example`, `wiki.example:8443`,
    `*.house.example` (any name under it) or an address such as `10.0.0.5`.
    """

    hosts: tuple[str, ...] = ()
    connect_seconds: float = 5.0
    whole_seconds: float = 30.0
    most_bytes: int = 1_000_000
    redirects: int = 3

    @classmethod
    def of_hosts(cls, written: str) -> Rules:
        """Return rules whose `hosts` are the names in `written`, separated by commas or spaces."""
        return cls(hosts=tuple(written.lower().replace(",", " ").split()))

    def within(self, *, seconds: float | None = None, redirects: int | None = None) -> Rules:
        """Return the same rules with other limits; the whole time is never longer than here."""
        whole = min(seconds or self.whole_seconds, self.whole_seconds)
        return replace(
            self,
            whole_seconds=whole,
            connect_seconds=min(self.connect_seconds, whole),
            redirects=self.redirects if redirects is None else min(redirects, self.redirects),
        )

    def names(self, host: str, port: int) -> bool:
        """Say whether `host` is one of `hosts`, so that it may lie on any address."""
        return any(_matches(entry, host, port) for entry in self.hosts)


def _matches(entry: str, host: str, port: int) -> bool:
    # an IPv6 address has colons of its own: `[::1]:8080` names a port, `::1` does not
    name, colon, digits = entry.rpartition(":")
    if colon and digits.isdigit() and (":" not in name or name.endswith("]")):
        if int(digits) != port:
            return False
        entry = name
    entry = entry.strip("[]")
    if entry.startswith("*."):
        return host.endswith(entry[1:])
    return host == entry
