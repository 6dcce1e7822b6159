"""Sentences that can be said again in another language: an English text that remembers how it was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import orjson

_MARK: Final = '{"say":'


class Sentence(str):
    """English words, made of a `template` with gaps (`%(name)s`) and the `values` that filled them.

    It is a text wherever a text is wanted; who speaks to people says `template`
    in their language and fills the same gaps. A value may be a sentence itself,
    an instant, or a list of words.
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]


def say(template: str, /, **values: object) -> Sentence:
    """Return `template` with its gaps filled. The template is a literal, so that it can be found and translated."""
    gaps = {name: plain(value) for name, value in values.items()}
    sentence = Sentence(template % gaps if gaps else template)
    sentence.template, sentence.values = template, values
    return sentence


def again(template: str, values: Mapping[str, object]) -> Sentence:
    """Return a sentence that was taken apart, say to be kept, put together again."""
    return say(template, **values)


def plain(value: object) -> str:
    """Return a value as it stands in an English sentence."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, Iterable):
        return ", ".join(plain(one) for one in value)
    return str(value)


def kept(said: object) -> object:
    """Return a sentence as JSON that `restored` reads back; what is none becomes its text."""
    template = getattr(said, "template", None)
    if template is None and isinstance(said, Iterable) and not isinstance(said, str):
        return [kept(one) for one in said]
    if template is None:
        return plain(said)
    values: Mapping[str, object] = getattr(said, "values", {})
    return {"say": template, "with": {name: kept(value) for name, value in values.items()}}


def restored(data: object) -> str:
    """Return the sentence that `kept` wrote, or the text it was."""
    if not isinstance(data, dict):
        return str(data)
    return again(data["say"], {name: _value(value) for name, value in data["with"].items()})


def _value(data: object) -> object:
    return [_value(one) for one in data] if isinstance(data, list) else restored(data)


def packed(sentence: str, most: int | None = None) -> str:
    """Return a sentence as a text to keep, from which `unpacked` makes it again.

    Where that would be longer than `most` it is its beginning, in English alone.
    """
    if not isinstance(sentence, Sentence):
        return sentence[:most]
    text = orjson.dumps(kept(sentence)).decode()
    return text if most is None or len(text) <= most else sentence[:most]


def unpacked(text: str) -> str:
    """Return a sentence that was kept; a text that is none is returned as it is."""
    return restored(orjson.loads(text)) if text.startswith(_MARK) else text
