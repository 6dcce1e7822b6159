"""Passwords: kept as argon2id hashes, compared in constant time, refused when too short."""

from __future__ import annotations

from functools import cache
from typing import NewType

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from ledger.rejection import invalid

Hash = NewType("Hash", str)
"""What is kept in the place of a password."""
LEAST = 8
MOST = 1024
"""The longest password that is looked at: hashing a megabyte would only warm the room."""

_hasher = argon2.PasswordHasher()


def hashed(password: str) -> Hash:
    """Return the hash of a password; raises `Rejection(invalid_argument)` where it is too short or too long."""
    if not LEAST <= len(password) <= MOST:
        raise invalid(
            "Expected a password of %(least)s to %(most)s characters, but it has %(count)s",
            least=LEAST,
            most=MOST,
            count=len(password),
            field="password",
        )
    return Hash(_hasher.hash(password))


def is_right(known: str | None, password: str) -> bool:
    """Say whether `password` has the hash `known`; no hash costs the same time and is never right."""
    try:
        _hasher.verify(known or _nobody(), password[:MOST])
    except (VerificationError, InvalidHashError):
        return False
    return known is not None


def is_outdated(known: str | None) -> bool:
    """Say whether a hash was made with other parameters than today's and should be made again."""
    return known is not None and _hasher.check_needs_rehash(known)


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")
