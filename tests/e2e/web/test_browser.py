"""The screens in a real browser: for everybody, in the light, in the dark, on a phone, by keyboard alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import waitress
from playwright.sync_api import Browser, Page, expect

from crm_entities import sessions
from scheduler import alerts
from tests.e2e.web import walk
from tests.e2e.web.office import Office
from tests.support import accessibility
from web import cookie

DESK, PHONE = (1366, 900), (390, 844)


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """The office behind a real server."""
    server = waitress.create_server(office.app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(10)


def visit(browser: Browser, office: Office, address: str, login: str, **more: Any) -> Page:
    """A page of a browser in which somebody is logged in; what it complains of is kept in `page.complaints`."""
    context = browser.new_context(locale="en-GB", timezone_id="Europe/Berlin", **more)
    number = int(office.people[login].removeprefix("staff:"))
    value = office.run(lambda tx: sessions.start(tx, number))
    context.add_cookies([{"name": cookie.NAME, "value": value, "url": address}])
    return context.new_page()


@pytest.mark.parametrize(("theme", "size"), [("light", DESK), ("dark", PHONE)])
def test_no_page_keeps_anybody_out(
    browser: Browser, office: Office, address: str, theme: str, size: tuple[int, int]
):
    view = {"width": size[0], "height": size[1]}
    page = visit(browser, office, address, "ada", viewport=view, color_scheme=theme)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    found = {}
    for url in walk.pages(office):
        page.goto(address + url)
        wrong = accessibility.problems(page)
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if wrong or wide > 0:
            found[url] = [*wrong, *([f"{wide} px too wide"] if wide > 0 else [])]
    assert page.evaluate("document.documentElement.dataset.bsTheme") == theme
    page.context.close()
    assert found == {}
    assert complaints == []


def test_a_day_by_keyboard_alone(browser: Browser, office: Office, address: str):
    page = visit(browser, office, address, "anna")
    page.goto(f"{address}/clients")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**/tasks")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/*")
    page.keyboard.press("m")
    page.keyboard.type("Rang twice")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Rang twice")).to_be_visible()
    page.get_by_label("Channel").focus()
    page.keyboard.press("p")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/tasks/*")
    expect(page.get_by_role("status").filter(has_text="is done")).to_be_visible()
    page.context.close()


def test_what_is_typed_is_kept_without_a_button(browser: Browser, office: Office, address: str):
    page = visit(browser, office, address, "anna")
    task = f"{address}/tasks/{office.task()}"
    page.goto(task)
    page.get_by_label("Note").fill("half a sentence")
    expect(page.get_by_text("Draft kept")).to_be_visible()
    page.goto(task)
    expect(page.get_by_label("Note")).to_have_value("half a sentence")
    page.context.close()


def test_dropping_a_deal_on_a_column_moves_it(browser: Browser, office: Office, address: str):
    page = visit(browser, office, address, "anna")
    page.goto(f"{address}/deals")
    page.locator(f"[data-deal='{office.free_deal}']").drag_to(page.locator("[data-stage='called']"))
    expect(page.locator(f"[data-stage='called'] [data-deal='{office.free_deal}']")).to_be_visible()
    page.context.close()


def test_the_map_shows_where_the_case_is(browser: Browser, office: Office, address: str):
    page = visit(browser, office, address, "anna")
    page.goto(f"{address}/tasks/{office.task()}")
    expect(page.locator(".djs-element.is-current[data-element-id='call']")).to_be_visible()
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    page.context.close()


def test_light_and_dark_are_one_press_away_and_stay(browser: Browser, office: Office, address: str):
    page = visit(browser, office, address, "anna", color_scheme="light")
    page.goto(f"{address}/tasks")
    page.get_by_role("button", name="Light or dark").click()
    page.goto(f"{address}/clients")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.context.close()


def test_the_unread_number_follows_by_itself_and_a_hidden_page_asks_nothing(
    browser: Browser, office: Office, address: str
):
    page = visit(browser, office, address, "ben")
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if "/count" in sent.url else None)
    page.clock.install()
    page.goto(f"{address}/inbox")
    inbox = page.locator("[data-unread]")
    expect(inbox.locator(".badge")).to_have_count(0)
    office.run(
        lambda tx: alerts.tell(
            tx, office.people["ben"], source="trial:1", level="warn", kind="mention"
        )
    )
    page.clock.run_for(21_000)
    expect(inbox.locator(".badge")).to_have_text("1 unread")
    expect(page.get_by_role("link", name="Something new has come")).to_be_visible()
    page.evaluate("""() => {
        Object.defineProperty(document, "hidden", { value: true, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    before = len(asked)
    page.clock.run_for(200_000)
    assert (before, len(asked)) == (1, 1)
    page.context.close()
