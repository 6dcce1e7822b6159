"""The variables of one scope: canonical JSON text, read only where an expression asks."""

from __future__ import annotations

from typing import Any

import orjson

from engine.feel import json_form
from engine.feel.values import Value
from ledger import rejection, words

LARGE = 8 * 1024
"""A value whose text is longer lies in a row of its own, read when it is named."""
MOST = 1024 * 1024
"""How long the text of a scope's variables, or of one value, may be."""
WIDEST = 2**63
STORED = {"$stored": True}
MISSING: Any = object()


class Variables:
    """Values by name. Nothing is parsed before it is asked for, nothing is written that did not change."""

    __slots__ = ("_read", "_text", "_written", "fetched", "is_changed")

    def __init__(self, text: str | None) -> None:
        self._text = text
        self._written: dict[str, Any] | None = None if text else {}
        self._read: dict[str, Value] = {}
        self.fetched: set[str] = set()
        self.is_changed = False

    @property
    def written(self) -> dict[str, Any]:
        """Names and values in their JSON form."""
        if self._written is None:
            self._written = orjson.loads(self._text or "{}")
        return self._written

    def __contains__(self, name: str) -> bool:
        return name in self.written

    def is_stored(self, name: str) -> bool:
        """Say whether the value lies in a row of its own and was not read yet."""
        return bool(self.written[name] == STORED)

    def get(self, name: str) -> Value:
        """Return the value; KeyError where there is none."""
        if name not in self._read:
            self._read[name] = json_form.from_json(self.written[name])
        return self._read[name]

    def put(self, name: str, value: Any) -> Any:
        """Set the JSON form and return the one before, `MISSING` where there was none; `MISSING` takes it away."""
        before = self.written.get(name, MISSING)
        if value is MISSING:
            self.written.pop(name, None)
        else:
            self.written[name] = value
        self._read.pop(name, None)
        self.is_changed = True
        return before

    def all(self) -> dict[str, Value]:
        """Return every value by name."""
        return {name: self.get(name) for name in self.written}

    def text(self) -> tuple[str | None, dict[str, str]]:
        """Return the text of the row, and by name the texts of large values for rows of their own."""
        if not self.is_changed:
            return self._text, {}
        small, large = {}, {}
        for name, value in self.written.items():
            if isinstance(value, (str, list, dict)) and value != STORED:
                text = orjson.dumps(value)
                if len(text) > LARGE:
                    large[name] = _bounded(text, name)
                    small[name] = STORED
                    continue
            small[name] = value
        return _bounded(
            orjson.dumps(small, option=orjson.OPT_SORT_KEYS), None
        ) if small else None, large


def form(name: str, value: Value) -> Any:
    """Return the JSON form of a value that is to be kept; FeelError for what cannot be."""
    kept = json_form.to_json(value)
    if isinstance(kept, (str, list, dict)):
        try:
            text = orjson.dumps(kept)
        except TypeError:
            kept = _within(kept)
            text = orjson.dumps(kept)
        _bounded(text, name)
        return kept
    return _within(kept)


def _within(kept: Any) -> Any:
    """Return a JSON form whose whole numbers fit into 64 bits; larger ones are kept as decimals."""
    if isinstance(kept, int) and not -WIDEST <= kept < WIDEST:
        return {"$decimal": str(kept)}
    if isinstance(kept, list):
        return [_within(item) for item in kept]
    if isinstance(kept, dict):
        return {name: _within(item) for name, item in kept.items()}
    return kept


def _bounded(text: bytes, name: str | None) -> str:
    if len(text) > MOST:
        what = (
            words.say("variable %(name)s", name=name)
            if name
            else words.say("the variables of one scope")
        )
        raise rejection.invalid(
            "Expected at most %(most)s bytes in %(what)s, but there are %(count)s",
            most=f"{MOST:,}",
            what=what,
            count=f"{len(text):,}",
            field=name,
        )
    return text.decode()
