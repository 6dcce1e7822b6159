"""The words of the screens in the page's language: Flask-Babel's functions, with types.

A page says hundreds of them, so that its catalogue is asked for once and kept where
Flask-Babel keeps the page's language: who changes the one changes the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import flask_babel
from flask import Flask, g, has_app_context

if TYPE_CHECKING:
    from datetime import tzinfo
    from types import SimpleNamespace

    from babel import Locale
    from babel.support import NullTranslations

_ATTRIBUTE = "_flask_babel"


def init_app(app: Flask) -> None:
    """Let `app`'s templates speak by these functions."""
    app.jinja_env.install_gettext_callables(_unfilled, _unfilled_of, newstyle=True)  # type: ignore[attr-defined]  # of Jinja's extension for words


def gettext(text: str, /, **values: object) -> str:
    """Return `text` in the page's language, its `%(name)s` filled in."""
    said = str(_catalogue().ugettext(text))
    return said % values if values else said


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """Return the form for a number, which `%(num)s` names."""
    return str(_catalogue().ungettext(one, many, num)) % {"num": num, **values}


def _unfilled(text: str) -> str:
    """Return `text` in the page's language; a template escapes its values and fills them in itself."""
    return str(_catalogue().ugettext(text))


def _unfilled_of(one: str, many: str, num: int) -> str:
    return str(_catalogue().ungettext(one, many, num))


def lazy_gettext(text: str) -> object:
    """Return what is `text` in the page's language whenever it is turned into a string."""
    return flask_babel.lazy_gettext(text)


def locale() -> Locale | None:
    """Return the page's language as Babel knows it, None outside of pages."""
    known = _kept("babel_locale")
    return cast("Locale | None", known or flask_babel.get_locale())


def zone() -> tzinfo:
    """Return the page's time zone; only in a page."""
    known = _kept("babel_tzinfo")
    return cast("tzinfo", known or flask_babel.get_timezone())


def _catalogue() -> NullTranslations:
    known = _kept("babel_translations")
    if known is None:
        known = flask_babel.get_translations()
        if has_app_context():
            g.get(_ATTRIBUTE).babel_translations = known
    return cast("NullTranslations", known)


def _kept(name: str) -> object:
    """Return what this page has asked Flask-Babel for already, or None."""
    page: SimpleNamespace | None = g.get(_ATTRIBUTE) if has_app_context() else None
    return getattr(page, name, None)
