"""Who votes in an approval, as its BPMN says it."""

from __future__ import annotations

import json

from ledger.words import say
from process_defs.from_bpmn.refusal import NotOurs


def voters(written: str) -> list[str]:
    """Return who votes. Raises NotOurs where something else is gone through than a list of people."""
    try:
        by = json.loads(written)
    except ValueError:
        by = None
    if not isinstance(by, list) or not all(isinstance(who, str) for who in by):
        raise NotOurs(say("Who votes is no list of people. Change the text instead."))
    return by
