"""The words of the screens in the page's language: Flask-Babel's functions, with types."""

from __future__ import annotations

import flask_babel


def gettext(text: str, /, **values: object) -> str:
    """Return `text` in the page's language, its `%(name)s` filled in."""
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """Return the form for a number, which `%(num)s` names."""
    return str(flask_babel.ngettext(one, many, num, **values))


def lazy_gettext(text: str) -> object:
    """Return what is `text` in the page's language whenever it is turned into a string."""
    return flask_babel.lazy_gettext(text)
