"""Decisions on their screens: looked at, tried, drafted, published, and never lost."""

from __future__ import annotations

import io

import pytest

from engine import decisions, definitions
from ledger import transaction
from tests.e2e.web.office import LEVELS, SALES, Office, words

SOUND = LEVELS.replace(b"&gt;= 100", b"&gt; 200")


def level(office: Office) -> int:
    """The newest version of the office's decision."""
    with transaction.read(office.store, "system") as tx:
        return decisions.versions(tx, "level")[0].id


def states(office: Office) -> list[tuple[int, str]]:
    with transaction.read(office.store, "system") as tx:
        return [(one.version, one.state) for one in decisions.versions(tx, "level")]


def save(office: Office, text: bytes, since: int | None = None, login: str = "olga"):
    number = level(office)
    form = {"xml": text.decode(), "since": str(since or number)}
    return office.visitor(login).post(f"/decisions/{number}/edit", form)


def test_the_list_leads_to_a_decision_with_its_table(office: Office):
    olga = office.visitor("olga")
    assert "Approval level level 1 published a file of its own" in olga.text("/decisions")
    page = olga.text(f"/decisions/{level(office)}")
    assert '1 <= 200 "seller"' in page
    assert "one rule applies" in page


def test_what_the_check_finds_is_said_in_the_language_of_the_page(office: Office):
    olga = office.visitor("olga")
    number = level(office)
    said = "Rules 1 and 2 all apply when amount is 100 to 200. Only one may."
    assert said in olga.text(f"/decisions/{number}")
    french = words(olga.get(f"/decisions/{number}", **{"Accept-Language": "fr"}))
    assert "Les règles 1 et 2 s’appliquent toutes lorsque amount vaut 100 à 200." in french


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("50", "Result seller Approval level rule 1 applies"),
        ("1,000", "Result head Approval level rule 2 applies"),
        ("150", "2 rules match where only one may (rules 1, 2)"),
        ("much", "“much” is not a number"),
    ],
)  # fmt: skip
def test_trying_it_shows_the_result_and_the_rules_on_the_spot(
    office: Office, amount: str, said: str
):
    answer = office.visitor("olga").post(f"/decisions/{level(office)}", {"amount": amount})
    assert said in words(answer)
    assert answer.status_code == (422 if amount == "much" else 200)


def test_the_rule_that_applies_is_marked_in_the_table(office: Office):
    answer = office.visitor("olga").post(f"/decisions/{level(office)}", {"amount": "50"})
    assert answer.text.count('class="is-fired"') == 1


def test_an_edited_table_is_a_draft_until_it_is_published(office: Office):
    answer = save(office, SOUND)
    assert answer.headers["Location"] == f"/decisions/{level(office)}"
    assert states(office) == [(2, "draft"), (1, "published")]
    page = office.visitor("olga").text(f"/decisions/{level(office)}")
    assert "No gaps, and no rules that contradict each other." in page
    office.visitor("olga").post(f"/decisions/{level(office)}/publish")
    assert states(office) == [(2, "published"), (1, "published")]
    office.visitor("olga").post(f"/decisions/{level(office)}/retire")
    assert states(office) == [(2, "retired"), (1, "published")]


def test_a_draft_can_be_thrown_away(office: Office):
    save(office, SOUND)
    office.visitor("olga").post(f"/decisions/{level(office)}/discard")
    assert states(office) == [(1, "published")]


def test_a_text_with_faults_is_kept_and_said_by_line(office: Office):
    answer = save(office, LEVELS.replace(b"&lt;= 200", b"&lt;= &lt;"))
    assert answer.status_code == 422
    assert "Error · line 9" in words(answer)
    assert "&amp;lt;= &amp;lt;" in answer.text
    assert save(office, b"hello").status_code == 422
    assert states(office) == [(1, "published")]


def test_who_saves_second_is_told_and_keeps_what_was_typed(office: Office):
    first = level(office)
    save(office, SOUND, login="ada")
    answer = save(office, LEVELS.replace(b'"seller"', b'"anybody"'), since=first)
    assert answer.status_code == 409
    assert "Ada Example saved another since it was opened" in words(answer)
    assert "anybody" in answer.text


def test_a_new_decision_begins_with_an_empty_table(office: Office):
    olga = office.visitor("olga")
    answer = olga.post("/decisions", {"name": "Discount", "key": "discount"})
    assert answer.headers["Location"].endswith("/edit")
    assert "No rules yet." in olga.text(answer.headers["Location"].removesuffix("/edit"))
    assert "already" in words(olga.post("/decisions", {"name": "Again", "key": "discount"}))
    assert olga.post("/decisions", {"name": "Bad", "key": "1 2"}).status_code == 422


def test_an_uploaded_file_of_decisions_leads_to_its_decision(office: Office):
    files = (io.BytesIO(SOUND), "levels.dmn")
    answer = office.visitor("olga").post("/definitions", {"files": files, "then": "publish"})
    assert answer.headers["Location"] == f"/decisions/{level(office)}"
    assert states(office)[0] == (2, "published")


def test_a_table_of_a_process_file_is_changed_there(office: Office):
    text = SALES.replace(b"sent: check", b"sent: size").replace(b"  - id: check\n", b"""  - id: size
    decide: { inputs: [deal.amount], outputs: [size], rules: [ [ '-', large ] ] }
  - id: check
""")  # fmt: skip
    files = (io.BytesIO(text), "sales.yaml")
    answer = office.visitor("olga").post("/definitions", {"files": files, "then": "publish"})
    assert answer.status_code == 303, words(answer)
    with transaction.read(office.store, "system") as tx:
        found = decisions.versions(tx, "small-deal__size")[0]
    olga = office.visitor("olga")
    assert "it is changed there" in olga.text(f"/decisions/{found.id}")
    assert olga.get(f"/decisions/{found.id}/edit").status_code == 409
    trial = olga.post(f"/decisions/{found.id}", {"deal.amount": "7"})
    assert "Result large" in words(trial)


def test_decisions_are_for_those_who_draft(office: Office):
    number = level(office)
    anna = office.visitor("anna")
    assert anna.get("/decisions").status_code == 403
    assert anna.post(f"/decisions/{number}/publish").status_code == 403
    assert anna.post_as_another_site(f"/decisions/{number}/publish").status_code in {400, 403}
    assert states(office) == [(1, "published")]


def test_the_file_comes_back_as_it_was(office: Office):
    assert office.visitor("olga").get(f"/decisions/{level(office)}.dmn").data == LEVELS
    with transaction.read(office.store, "system") as tx:
        assert definitions.listed(tx)[0].key == "small-deal"


FORMULA = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
 id="fees" name="Fees" namespace="urn:fees">
<decision id="fee" name="fee"><variable id="v" name="fee" typeRef="number"/>
<literalExpression id="l"><text>40 + 2</text></literalExpression></decision></definitions>"""


def test_a_formula_kept_as_a_draft_is_not_said_to_be_deployed_or_without_gaps(office: Office):
    olga = office.visitor("olga")
    form = {"files": (io.BytesIO(FORMULA), "fees.dmn"), "then": "draft"}
    page = words(olga.get(olga.post("/definitions", form).headers["Location"]))
    assert "Kept as a draft. Nothing uses it before it is published." in page
    assert "No gaps" not in page
