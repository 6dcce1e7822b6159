"""Compiled templates are kept beside their sources, and a page is shown where they cannot be."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from flask import Flask, render_template

from web import templating


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/page.html").write_text("Hello {{ name }}")
    app = Flask("page", root_path=str(tmp_path))
    templating.init_app(app)
    return app


def said(app: Flask) -> str:
    assert app.jinja_env.cache is not None
    app.jinja_env.cache.clear()  # as in a new process
    with app.app_context():
        return render_template("page.html", name="Anna")


def test_what_was_compiled_is_kept_until_its_source_changes(app: Flask, tmp_path: Path):
    assert said(app) == "Hello Anna"
    kept = list((tmp_path / "templates/__pycache__").iterdir())
    assert len(kept) == 1
    before = kept[0].read_bytes()
    (tmp_path / "templates/page.html").write_text("Good morning {{ name }}")
    assert said(app) == "Good morning Anna"
    assert kept[0].read_bytes() != before


def test_a_page_is_shown_where_nothing_can_be_kept(app: Flask, tmp_path: Path):
    shutil.rmtree(tmp_path / "templates/__pycache__")
    assert said(app) == "Hello Anna"
