"""The built files in a real browser, under the strictest content policy a page may have."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support import accessibility, packages
from tests.support.drawing import ORDER

BUILD = packages.ROOT / "web" / "static" / "build"
NAMES: dict[str, str] = json.loads((BUILD / "manifest.json").read_text())
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'"
)
PAGE = """<!doctype html><html lang="en" data-bs-theme="{theme}"><head><title>Map</title>
<link rel="stylesheet" href="{app}"><link rel="stylesheet" href="{style}">
<script type="module" src="{script}"></script></head><body><main><h1>Order</h1>
<div role="group" aria-label="Process map" data-bpmn-viewer data-bpmn-source="{source}"
 data-bpmn-markers='{{"received": "completed", "check": "completed", "ship": "current",
   "shipped": "incident", "gone": "current"}}'
 data-bpmn-words='{{"nearer": "Nearer", "away": "Away", "whole": "Whole map", "failed": "No map:"}}'>
<p>Loading</p></div></main></body></html>"""


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder with the policy on every answer, and says nothing."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The address of a folder with the build, a model and two pages."""
    for file in BUILD.iterdir():
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / "order.bpmn").write_text(ORDER)
    names = {"app": NAMES["app.css"], "style": NAMES["viewer.css"], "script": NAMES["viewer.js"]}
    for theme in ("light", "dark"):
        page = PAGE.format(theme=theme, source="order.bpmn", **names)
        (tmp_path / f"{theme}.html").write_text(page)
    (tmp_path / "lost.html").write_text(PAGE.format(theme="light", source="no.bpmn", **names))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_process_map_shows_where_the_case_stands(page: Page, site: str, theme: str):
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{site}/{theme}.html")
    expect(page.locator("[data-bpmn-state=shown]")).to_be_visible()
    assert page.locator(".djs-element.is-completed").count() == 2
    assert page.locator(".djs-element.is-current").get_attribute("data-element-id") == "ship"
    expect(page.locator(".bpmn-sign-current")).to_be_visible()
    page.get_by_role("button", name="Nearer").click()
    page.get_by_role("button", name="Whole map").click()
    assert accessibility.problems(page) == []
    assert [words for words in complaints if "favicon" not in words] == []


def test_the_mark_of_bpmn_io_is_seen_and_nothing_lies_over_it(page: Page, site: str):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{site}/dark.html")
    mark = page.locator(".bjs-powered-by")
    expect(mark).to_be_in_viewport()
    box = mark.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    on_top = "([x, y]) => document.elementFromPoint(x, y).closest('.bjs-powered-by') !== null"
    assert page.evaluate(on_top, middle)


def test_a_map_that_cannot_be_had_says_so_where_it_would_be(page: Page, site: str):
    page.goto(f"{site}/lost.html")
    expect(page.locator("[data-bpmn-state=failed]")).to_contain_text("No map: 404")


def test_what_a_daily_page_loads_weighs_at_most_60_kb():
    files = [BUILD / NAMES[name] for name in ("app.js", "app.css", "icons.svg")]
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= 60_000


def test_every_part_that_is_bundled_is_named_with_its_licence():
    notices = (BUILD / "THIRD_PARTY.txt").read_text()
    for part in ("htmx.org", "bpmn-js", "diagram-js", "@tabler/core", "@fontsource-variable/inter"):
        assert f"\n{part} " in notices
    assert "The source code responsible for displaying the bpmn.io project watermark" in notices
