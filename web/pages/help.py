"""Help on the screens: the reference of FEEL in the reader's language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Blueprint, render_template
from flask_babel import get_locale

from web import prose, rights

page = Blueprint("help", __name__, url_prefix="/help")
PLACES = (Path(__file__).parents[1] / "help", Path(__file__).parents[2] / "docs")
"""Where pages lie: in an installed program, and in a working copy."""


@page.get("/feel")
@rights.person
def feel() -> str:
    """Show FEEL on one page."""
    text = _text("feel.md", str(get_locale()))
    return render_template(
        "help/page.html", title=prose.title(text), text=prose.html(prose.below(text))
    )


@cache
def _text(name: str, language: str) -> str:
    """Return a page in a language, in English where there is none."""
    wanted = [place / part for part in (f"{language}/{name}", name) for place in PLACES]
    return next(file for file in wanted if file.is_file()).read_text(encoding="utf-8")
