"""Which network addresses lie outside this house (RFC 6890 and what hides an IPv4 address inside an IPv6 one)."""

from __future__ import annotations

import socket
import threading
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from ledger.outbound.faults import Broken, Forbidden, TooSlow
from ledger.outbound.rules import Rules

_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")


def is_public(written: str) -> bool:
    """Say whether an address belongs to the public internet: not private, loopback, link-local, multicast or reserved.

    An IPv6 address that carries an IPv4 address (mapped, compatible, 6to4, NAT64) counts as that one.
    """
    address = ip_address(written.partition("%")[0])
    if isinstance(address, IPv6Address):
        inner = _carried(address)
        if inner is not None:
            return is_public(str(inner))
        if address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def resolve(host: str, port: int, rules: Rules, seconds: float) -> list[str]:
    """Return the addresses of a host that may be connected to, asked once.

    Whoever connects must connect to one of these and not ask for the name again: a second answer
    may be another one. Raises Forbidden where there are only addresses of this house.
    """
    found = _asked(host, port, seconds)
    if rules.names(host, port):
        return found
    public = [address for address in found if is_public(address)]
    if not public:
        raise Forbidden(
            "Expected %(host)s to be a public host, but its address %(address)s is not public; "
            "an administrator can allow it by the setting outbound_hosts",
            host=host,
            address=found[0],
        )
    return public


def _asked(host: str, port: int, seconds: float) -> list[str]:
    """Ask the system's resolver, which knows no time limit, in a thread that may be left behind."""
    answers: list[list[str]] = []
    faults: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.append(list(dict.fromkeys(str(row[4][0]) for row in rows)))
        except (OSError, UnicodeError) as fault:
            faults.append(fault)

    thread = threading.Thread(target=ask, daemon=True, name="resolve")
    thread.start()
    thread.join(seconds)
    if faults:
        raise Broken(
            "Expected to find the host %(host)s, but %(fault)s", host=host, fault=faults[0]
        )
    if not answers or not answers[0]:
        raise TooSlow(
            "Expected to find the host %(host)s within %(seconds)s seconds",
            host=host,
            seconds=f"{seconds:g}",
        )
    return answers[0]
