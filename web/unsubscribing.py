"""Addresses at which a person ends digests without logging in: signed, and good for nothing else (RFC 8058)."""

from __future__ import annotations

import hashlib
import hmac

from ledger import numbers
from ledger.transaction import Transaction
from web import properties

LENGTH = 40


def token(tx: Transaction, person: str) -> str:
    """Return what the address of `staff:4` ends with: the number and its signature."""
    number = person.removeprefix("staff:")
    return f"{number}-{_signature(properties.secret(tx), number)}"


def person_of(tx: Transaction, written: str) -> str | None:
    """Return the person whom a token was made for, or None for one that is not ours."""
    number, _, given = written.partition("-")
    if numbers.of_record(number) is None or not given.isascii():
        return None
    expected = _signature(properties.secret(tx), number)
    return f"staff:{number}" if hmac.compare_digest(expected, given) else None


def _signature(secret: str, number: str) -> str:
    words = f"unsubscribe {number}".encode()
    return hmac.new(secret.encode(), words, hashlib.sha256).hexdigest()[:LENGTH]
