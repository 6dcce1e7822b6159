"""Light, dark, or as the machine has it: kept in a cookie, so that no page flashes."""

from __future__ import annotations

from flask import Flask, Response, request

COOKIE = "kontor_theme"
CHOICES = ("auto", "light", "dark")
YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Tell the templates of `app` which theme to show."""
    app.jinja_env.globals.update(theme=shown, theme_choice=chosen)


def chosen() -> str:
    """Return the visitor's choice, `auto` where there is none."""
    given = request.cookies.get(COOKIE, "auto")
    return given if given in CHOICES else "auto"


def shown() -> str:
    """Return the theme to begin with; `auto` begins light and is set right by theme.js."""
    return "dark" if chosen() == "dark" else "light"


def choose(answer: Response, theme: str) -> None:
    """Keep a choice."""
    if theme in CHOICES:
        answer.set_cookie(COOKIE, theme, max_age=YEAR, samesite="Lax")
