"""Files for the browser by their plain names; the built ones carry a digest in theirs."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask, g, url_for

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
            known[name] = url_for("static", filename=f"build/{names.get(name, name)}")
        return known[name]

    app.jinja_env.globals["asset"] = asset
