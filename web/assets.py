"""Files for the browser by their plain names; the built ones carry a digest in theirs."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from flask import Flask, g
from markupsafe import Markup

from web import addresses

BUILD = Path(__file__).resolve().parent / "static" / "build"


def init_app(app: Flask) -> None:
    """Give `asset(name)` to the templates of `app`."""
    manifest = BUILD / "manifest.json"
    names: dict[str, str] = (
        json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
    )

    def asset(name: str) -> str:
        known: dict[str, str] = g.setdefault("assets", {})
        if name not in known:
            known[name] = addresses.plain("static", filename=f"build/{names.get(name, name)}")
        return known[name]

    def icon(name: str, label: str | None = None) -> Markup:
        return _drawn(asset("icons.svg"), name, label)

    app.jinja_env.globals.update(asset=asset, drawn=icon)


@lru_cache(maxsize=1024)
def _drawn(file: str, name: str, label: str | None) -> Markup:
    """Return an icon, with words for who does not see it where it stands alone."""
    said = Markup('role="img" aria-label="{}"').format(label) if label else 'aria-hidden="true"'
    form = '<svg class="icon" {}><use href="{}#{}"/></svg>'
    return Markup(form).format(Markup(said), file, name)  # noqa: S704  # the form is ours, its values are escaped
