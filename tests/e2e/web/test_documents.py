"""Files on a task, a client and a deal: added, seen by whom they concern, sent as attachments."""

from __future__ import annotations

import io
import re

from werkzeug.test import TestResponse

from engine import user_tasks
from tests.e2e.web.office import Office, Visitor, words

HOSTILE = "<img src=x onerror=alert(1)>\u202eX-Evil: 1.pdf"
PDF = b"%PDF-1.7 a brief"


def send(who: Visitor, url: str, name: str = "brief.pdf", content: bytes = PDF) -> TestResponse:
    return who.post(url, {"files": (io.BytesIO(content), name)}, follow_redirects=True)


def link(page: str, name: str) -> str:
    found = re.search(rf'href="(/documents/\d+)" download>{re.escape(name)}<', page)
    assert found is not None, page
    return found[1]


def test_a_file_on_a_task_is_there_for_the_next_stage_and_on_the_clients_card(office: Office):
    anna, task = office.visitor("anna"), office.task()
    added = send(anna, f"/tasks/{task}/files")
    assert "The file was added." in words(added)
    assert "A file was added" in words(added).split("Timeline")[1]
    office.run(lambda tx: user_tasks.complete(tx, task, {"channel": "mail"}, outcome="interested"))
    url = link(anna.get(f"/tasks/{office.task('offer')}").text, "brief.pdf")
    assert link(anna.get(f"/clients/{office.client}").text, "brief.pdf") == url
    assert anna.get(url).data == PDF


def test_a_file_is_sent_as_an_attachment_that_a_browser_runs_in_no_case(office: Office):
    anna = office.visitor("anna")
    send(
        anna, f"/deals/{office.deal}/files", "page.html", b"<script>alert(document.cookie)</script>"
    )
    answer = anna.get(link(anna.get(f"/deals/{office.deal}").text, "page.html"))
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_name_from_outside_neither_breaks_the_page_nor_the_answer(office: Office):
    anna = office.visitor("anna")
    page = send(anna, f"/clients/{office.client}/files", HOSTILE).text
    assert "<img src=x" not in page
    found = re.search(r'href="(/documents/\d+)" download>&lt;', page)
    assert found is not None
    answer = anna.get(found[1])
    assert "X-Evil" not in answer.headers
    assert "\u202e" not in answer.headers["Content-Disposition"]


def test_a_file_does_not_exist_for_whom_its_case_and_record_do_not_concern(office: Office):
    anna, sven, task = office.visitor("anna"), office.visitor("sven"), office.task()
    url = link(send(anna, f"/tasks/{task}/files").text, "brief.pdf")
    assert sven.get(url).status_code == 404
    assert sven.post(f"{url}/remove").status_code == 404
    assert (
        sven.post(f"/tasks/{task}/files", {"files": (io.BytesIO(PDF), "a.pdf")}).status_code == 404
    )
    assert (
        sven.post(f"/deals/{office.deal}/files", {"files": (io.BytesIO(PDF), "a.pdf")}).status_code
        != 200
    )
    assert "a.pdf" not in anna.text(f"/clients/{office.client}")


def test_what_may_not_be_kept_is_refused_in_words(office: Office):
    anna, task = office.visitor("anna"), office.task()
    page = words(send(anna, f"/tasks/{task}/files", "virus.exe", b"MZ"))
    assert "Expected a file of one of the kinds pdf, docx" in page
    page = words(anna.post(f"/tasks/{task}/files", {}, follow_redirects=True))
    assert "Please choose a file." in page


def test_a_file_is_removed_by_whoever_added_it(office: Office):
    anna, boss, task = office.visitor("anna"), office.visitor("boss"), office.task()
    url = link(send(anna, f"/tasks/{task}/files").text, "brief.pdf")
    assert boss.post(f"{url}/remove").status_code == 403
    anna.post(f"{url}/remove")
    assert anna.get(url).status_code == 404
    assert "brief.pdf" not in words(anna.get(f"/tasks/{task}")).split("Timeline")[0]
