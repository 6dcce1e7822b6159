"""How a webhook proves who sent it, and when: HMAC-SHA256 (RFC 2104) over the time and the body; pure.

The signature is that of `<timestamp>.<body>`, the timestamp in whole seconds since 1970 and the body
byte for byte as it came. A receiver reckons it with its own copy of the secret and compares in
constant time, and refuses what is older than WINDOW, so that nobody can send a call that he
overheard a second time.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

VERSION = "v1"
WINDOW = 300
"""How many seconds a receiver should believe a timestamp, before and after its own clock."""


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a body by one secret, in hexadecimal."""
    signed = b"%d.%b" % (timestamp, body)
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def header(secrets: Iterable[str], timestamp: int, body: bytes) -> str:
    """Return the value of `Kontor-Signature`: one signature for each secret that is valid now."""
    return ",".join(f"{VERSION}={signature(secret, timestamp, body)}" for secret in secrets)


def is_genuine(secret: str, given: str, timestamp: str, body: bytes, now: float) -> bool:
    """Say whether a call is ours and fresh: what a receiver written in Python does."""
    if not timestamp.isdigit() or abs(now - int(timestamp)) > WINDOW:
        return False
    expected = f"{VERSION}={signature(secret, int(timestamp), body)}"
    return any(hmac.compare_digest(expected, each.strip()) for each in given.split(","))
