"""Whom a mail goes to, as a header bears it: whatever stands in a name, a header is one line (RFC 5322, 2.2)."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.headerregistry import Address as Mailbox

from scheduler import texts

_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]+")
"""What may stand before the @ where it is not plain ASCII (RFC 6532)."""


def mailbox(name: str, address: str) -> Mailbox:
    """Return a mailbox whose domain any mail server understands. Raises ValueError for an address that is none.

    A local part beyond ASCII stays what it is: that needs a server that takes it (RFC 6531).
    """
    shown = texts.one_line(name)
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        domain = domain.encode("idna").decode("ascii")
    try:
        if local.isascii():
            return Mailbox(shown, addr_spec=f"{local}@{domain}")
    except HeaderParseError as fault:
        raise _wrong(address) from fault
    if not _LOCAL.fullmatch(local):
        raise _wrong(address)
    return Mailbox(shown, username=local, domain=domain)


def _wrong(address: str) -> ValueError:
    return ValueError(f"Expected a mail address, but got {address!r}")
