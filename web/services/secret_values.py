"""Secrets of services: named in a definition, kept in a file, sent only to the hosts that the file allows."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from engine.jobs import BpmnError

MARK = re.compile(r"\{secret:([A-Za-z0-9_-]{1,64})\}")
UNKNOWN = "UNKNOWN_SECRET"


def fill(text: str, file: Path, host: str) -> str:
    """Return `text` with each `{secret:NAME}` replaced, for a request to `host`.

    The file is read anew each time, so that a secret can be changed while the program runs. Raises
    BpmnError for a secret that is not there or that may not go to this host.
    """
    if not MARK.search(text):
        return text
    known = _read(file)
    return MARK.sub(lambda found: _value(known, found[1], host), text)


def _value(known: dict[str, Any], name: str, host: str) -> str:
    entry = known.get(name)
    if not isinstance(entry, dict) or not isinstance(entry.get("value"), str):
        raise BpmnError(
            UNKNOWN, f"Expected the secret {name} in the file of secrets, but it is not there"
        )
    if host.lower() not in [str(one).lower() for one in entry.get("hosts", [])]:
        raise BpmnError(
            UNKNOWN, f"Expected the secret {name} to be allowed for {host}, but it is not"
        )
    return str(entry["value"])


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError) as fault:
        # the fault's own words could show a line of the file
        raise BpmnError(UNKNOWN, f"Expected {file} to be a TOML file of secrets") from fault
