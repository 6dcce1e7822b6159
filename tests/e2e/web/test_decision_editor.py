"""The table editor in a real browser, under the policy that every page has."""

from __future__ import annotations

import functools

from playwright.sync_api import Browser, Error, Page, expect

from engine import decisions, definitions
from engine.dmn import sheets
from ledger import transaction
from tests.e2e.web.office import Office
from tests.e2e.web.test_browser import address, visit
from tests.e2e.web.test_languages import speak
from tests.support import accessibility

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
    speak(office, "olga", "zh")
    page.goto(f"{address}/decisions/{newest(office)[0]}/edit")
    expect(page.get_by_text("命中策略：")).to_be_visible()
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


GRAPH = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
id="fees" name="Fees" namespace="urn:fees">
<inputData id="amount" name="amount"><variable id="v1" name="amount" typeRef="number"/></inputData>
<businessKnowledgeModel id="rate" name="rate"><variable id="v2" name="rate"/><encapsulatedLogic id="f">
<formalParameter id="p" name="n" typeRef="number"/><literalExpression id="l1"><text>n / 100</text></literalExpression>
</encapsulatedLogic></businessKnowledgeModel>
<decision id="fee" name="fee"><variable id="v3" name="fee" typeRef="number"/>
<informationRequirement id="i1"><requiredInput href="#amount"/></informationRequirement>
<knowledgeRequirement id="k1"><requiredKnowledge href="#rate"/></knowledgeRequirement>
<literalExpression id="l2"><text>rate(amount)</text></literalExpression></decision>
<decision id="parts" name="parts"><variable id="v4" name="parts"/>
<informationRequirement id="i2"><requiredDecision href="#fee"/></informationRequirement>
<context id="c"><contextEntry id="e"><variable id="v5" name="half"/>
<literalExpression id="l3"><text>fee / 2</text></literalExpression></contextEntry></context></decision></definitions>"""


def test_a_graph_its_expressions_and_its_text_are_views_of_one_file(
    browser: Browser, office: Office, address: str
) -> None:
    source = definitions.Source("fees.dmn", GRAPH)
    made = office.run(lambda tx: definitions.deploy(tx, [source], state="draft")).decisions
    chosen = next(each for each in made if each.key == "fee")
    for scheme in ("light", "dark"):
        page = visit(browser, office, address, "olga", color_scheme=scheme)
        complaints: list[str] = []
        page.on("pageerror", functools.partial(_note, complaints))
        page.goto(f"{address}/decisions/{chosen.id}/edit")
        views = page.get_by_role("group", name="Views")
        for view, sign in VIEWS.items():
            views.get_by_role("button", name=view, exact=True).click()
            expect(page.locator(sign).first).to_be_visible()
            assert accessibility.problems(page) == []
        text = page.get_by_label("DMN")
        assert 'dmnElementRef="amount"' in text.input_value()
        text.fill(text.input_value().replace("n / 100", "n / 50"))
        views.get_by_role("button", name="rate", exact=True).click()
        expect(page.get_by_text("n / 50", exact=True)).to_be_visible()
        assert complaints == []
        page.get_by_role("button", name="Keep as a draft").click()
        expect(page.get_by_text("The draft is kept.")).to_be_visible()
        with transaction.read(office.store, "system") as tx:
            (chosen,) = decisions.versions(tx, "fee")
            assert b"n / 50" in definitions.deployment(tx, chosen.deployment_id).source
        page.context.close()


def _note(complaints: list[str], fault: Error) -> None:
    complaints.append(str(fault))


VIEWS = {
    "Graph": "[data-element-id=amount]",
    "rate": ".function-definition",
    "fee": ".literal-expression-editor, .textarea",
    "Text": "textarea[name=xml]",
}
"""The views of the graph and what each shows."""
