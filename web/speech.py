"""The words of the screens in the page's language: Flask-Babel's catalogues, asked for once a page.

A page says hundreds of words and dates; Flask-Babel finds out language and zone for each of them anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast

import flask_babel
from babel import dates
from flask import Flask, g, has_request_context

if TYPE_CHECKING:
    from datetime import tzinfo

    from babel import Locale
    from babel.support import NullTranslations


@dataclass(frozen=True, slots=True)
class Tongue:
    """What a page is said in; `locale` is None outside of requests."""

    locale: Locale | None
    zone: tzinfo | None
    catalogue: NullTranslations


@dataclass(frozen=True, slots=True)
class Later:
    """Words whose language is known when they are turned into a string."""

    text: str

    def __str__(self) -> str:
        """Return the words in the page's language."""
        return gettext(self.text)

    def __mod__(self, values: object) -> str:
        """Return the words in the page's language, filled in."""
        return gettext(self.text) % values


def init_app(app: Flask) -> None:
    """Let `app`'s templates speak by these functions."""
    app.jinja_env.install_gettext_callables(_unfilled, _unfilled_of, newstyle=True)  # type: ignore[attr-defined]  # of Jinja's extension for words


def gettext(text: str, /, **values: object) -> str:
    """Return `text` in the page's language, its `%(name)s` filled in."""
    said = str(tongue().catalogue.ugettext(text))
    return said % values if values else said


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """Return the form for a number, which `%(num)s` names."""
    return str(tongue().catalogue.ungettext(one, many, num)) % {"num": num, **values}


def listed(parts: Iterable[str]) -> str:
    """Return names one after the other, parted as the page's language parts them; empty ones are left out."""
    # what stands between two names of a list
    return gettext(", ").join(filter(None, parts))


def _unfilled(text: str) -> str:
    """Return `text` in the page's language; a template escapes its values and fills them in itself."""
    return str(tongue().catalogue.ugettext(text))


def _unfilled_of(one: str, many: str, num: int) -> str:
    return str(tongue().catalogue.ungettext(one, many, num))


def lazy_gettext(text: str) -> Later:
    """Return what is `text` in the page's language whenever it is turned into a string."""
    return Later(text)


def locale() -> Locale | None:
    """Return the page's language as Babel knows it, None outside of pages."""
    return tongue().locale


def zone() -> tzinfo:
    """Return the page's time zone; only in a page."""
    return cast("tzinfo", tongue().zone)


def tongue() -> Tongue:
    """Return what this page is said in, found out once."""
    try:
        return cast("Tongue", g.tongue)
    except AttributeError:
        found = g.tongue = _found()
        return found
    except RuntimeError:  # no page at all: the English that the source speaks
        return _found()


def _found() -> Tongue:
    if not has_request_context():
        return Tongue(
            flask_babel.get_locale(), flask_babel.get_timezone(), flask_babel.get_translations()
        )
    chosen = flask_babel.get_babel()
    return _spoken(chosen.locale_selector(), chosen.timezone_selector())


@lru_cache(maxsize=1024)
def _spoken(language: str, zone: str) -> Tongue:
    with flask_babel.force_locale(language):
        return Tongue(
            flask_babel.get_locale(), dates.get_timezone(zone), flask_babel.get_translations()
        )
