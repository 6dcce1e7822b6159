"""Which language and zone a page speaks: the person's, else the browser's, else the company's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask import Flask, g, request
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from web import speech, visit

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "fr": "Français",
    "pl": "Polski",
    "ru": "Русский",
    "zh": "简体中文",
}
"""Languages whose catalogue is complete; another one is a folder in `translations` and a line here."""


def init_app(app: Flask) -> None:
    """Let `app` speak: catalogues lie in `web/translations`."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=language, timezone_selector=lambda: ZoneInfo(zone()))
    speech.init_app(app)


def language() -> str:
    """Return the language code of this request."""
    person = g.get("person")
    if person is not None and person.language in LANGUAGES:
        return str(person.language)
    return _wanted(request.headers.get("Accept-Language", "")) or visit.settings().language


@lru_cache(maxsize=1024)
def _wanted(header: str) -> str | None:
    """Return which of `LANGUAGES` a browser would rather have."""
    return parse_accept_header(header, LanguageAccept).best_match(list(LANGUAGES))


def zone() -> str:
    """Return the time zone's name of this request."""
    person = g.get("person")
    return str(person.zone) if person is not None and person.zone else visit.settings().zone


def titled(titles: Mapping[str, str] | str | None, otherwise: str = "") -> str:
    """Return a title in the page's language, else in English, else any, else `otherwise`."""
    if not titles:
        return otherwise
    if isinstance(titles, str):
        return titles
    spoken = speech.locale()
    code = "en" if spoken is None else spoken.language
    return (
        titles.get(code) or titles.get("en") or next(iter(titles.values()), otherwise) or otherwise
    )
