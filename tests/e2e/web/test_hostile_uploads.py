"""Files that would harm are refused on the upload page, soon and in words; the office goes on."""

from __future__ import annotations

import io
from html import escape

import pytest

from engine import jobs
from tests.e2e.web.office import Office, words
from tests.support.models import HEAD, many, script, simple, tasks

BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><definitions>&b;</definitions>'
REFUSED = {
    "entities": ("x.bpmn", BOMB, "document type"),
    "a file from elsewhere": (
        "x.bpmn",
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        "document type",
    ),
    "50,000 elements": (
        "x.bpmn",
        f'{HEAD}<process id="p">{"<task/>" * 50_000}</process></definitions>'.encode(),
        "at most",
    ),
    "an id that is markup": (
        "x.bpmn",
        simple("p", f'<userTask id="{escape("<script>alert(1)</script>", quote=True)}"/>', "s > e"),
        "id",
    ),
    "an id over two lines": ("x.bpmn", simple("p&#10;q", tasks("a"), "s > a > e"), "id"),
    "a control character": ("x.bpmn", simple("p&#1;", tasks("a"), "s > a > e"), "XML"),
    "brackets without end": (
        "x.bpmn",
        simple("p", script("a", f"{{x: {'(' * 5_000}1{')' * 5_000}}}"), "s > a > e"),
        "nested",
    ),
    "lists without end": ("x.yaml", b"[" * 20_000, "levels inside one another"),
    "nothing": ("x.bpmn", b"", "XML"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_hostile_file_is_refused_in_words(office: Office, what: str):
    name, content, said = REFUSED[what]
    olga = office.visitor("olga")
    answer = olga.post("/definitions", {"files": (io.BytesIO(content), name), "then": "publish"})
    assert answer.status_code == 422
    page = words(answer)
    assert "cannot be deployed" in page
    assert said.lower() in page.lower()
    assert b"<script>alert" not in answer.data
    assert olga.get("/definitions").status_code == 200


def test_what_can_only_harm_when_it_runs_stops_with_words_on_the_page(office: Office):
    body = f'<userTask id="a">{many(inside="<loopCardinality>1000000000</loopCardinality>")}</userTask>'
    olga = office.visitor("olga")
    model = io.BytesIO(simple("billion", body, "s > a > e"))
    olga.post("/definitions", {"files": (model, "x.bpmn"), "then": "publish"})
    case = olga.post("/cases/start", {"key": "billion"}).headers["Location"]
    assert "at most 20,000 instances" in olga.text(case)
    assert jobs.work_due(office.store) == 0
