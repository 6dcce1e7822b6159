"""Sentences that can be said again in another language: an English text that remembers how it was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime


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
