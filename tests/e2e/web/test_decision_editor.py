"""The table editor in a real browser, under the policy that every page has."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from engine import decisions, definitions
from engine.dmn import sheets
from ledger import transaction
from tests.e2e.web.office import Office
from tests.e2e.web.test_browser import address, visit

__all__ = ["address"]


def newest(office: Office) -> tuple[int, str, sheets.Sheet]:
    """The newest version of the decision: its number, its state and its table."""
    with transaction.read(office.store, "system") as tx:
        found = decisions.versions(tx, "level")[0]
        (sheet,) = sheets.read(definitions.deployment(tx, found.deployment_id).source)
        return found.id, found.state, sheet


def opened(browser: Browser, office: Office, address: str) -> tuple[Page, list[str]]:
    page = visit(browser, office, address, "olga", viewport={"width": 1366, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    page.goto(f"{address}/decisions/{newest(office)[0]}/edit")
    expect(page.locator("[data-decision-state=shown]")).to_be_visible()
    return page, complaints


def test_a_table_is_edited_kept_as_a_draft_tried_and_published(
    browser: Browser, office: Office, address: str
) -> None:
    page, complaints = opened(browser, office, address)
    cell = page.locator("td.input-cell").first
    cell.click()
    cell.locator("[contenteditable=true]").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.press(
        "Delete"
    )  # typing over coloured text, Chromium itself tries an inline style
    page.keyboard.type("< 100")
    expect(page.locator(".bjs-powered-by")).to_be_in_viewport()
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.get_by_text("The draft is kept.")).to_be_visible()
    _, state, sheet = newest(office)
    assert (state, sheet.rows[0].inputs) == ("draft", ("< 100",))
    expect(page.get_by_text("No gaps, and no rules that contradict each other.")).to_be_visible()
    page.get_by_label("Amount").fill("99")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("rule 1 applies")).to_be_visible()
    expect(page.locator("tr.is-fired")).to_have_count(1)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("This version decides from now on.")).to_be_visible()
    assert newest(office)[1] == "published"
    assert complaints == []
    page.context.close()


def test_without_scripts_the_text_itself_is_edited(
    browser: Browser, office: Office, address: str
) -> None:
    plain = visit(browser, office, address, "olga", java_script_enabled=False)
    plain.goto(f"{address}/decisions/{newest(office)[0]}/edit")
    text = plain.get_by_label("DMN")
    text.fill(text.input_value().replace("100", "300"))
    plain.get_by_role("button", name="Keep as a draft").click()
    expect(plain.get_by_text("The draft is kept.")).to_be_visible()
    assert newest(office)[2].rows[1].inputs == (">= 300",)
    plain.context.close()
