"""What can go wrong on the way to another host, and whether trying again can help."""

from __future__ import annotations

from ledger import words


class Fault(Exception):  # noqa: N818  # a base: each kind below says what went wrong
    """No answer that can be used; the sentence says why, without headers or bodies.

    `is_final` says that the same request will never succeed.
    """

    is_final = False

    def __init__(self, template: str, /, **values: object) -> None:
        self.sentence = words.say(template, **values)
        super().__init__(self.sentence)


class Forbidden(Fault):
    """The request, or a redirect that it met, is not allowed by the rules."""

    is_final = True


class TooLarge(Fault):
    """The answer is larger than allowed."""

    is_final = True


class TooSlow(Fault):
    """The time allowed was over before the answer was whole."""


class Broken(Fault):
    """The host cannot be found or reached, or what it sent is no whole HTTP answer."""
