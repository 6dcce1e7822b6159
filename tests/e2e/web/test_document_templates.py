"""Templates on the screen: taken when they are templates, handed out as files, kept from those who may not."""

from __future__ import annotations

import io

from tests.e2e.web.office import Office, words


def upload(
    office: Office, login: str, key: str, name: str, content: bytes, language: str = "en"
) -> tuple[int, str]:
    fields = {"key": key, "file": (io.BytesIO(content), name)}
    spoken = {"Accept-Language": language}
    answer = office.visitor(login).post("/document-templates", fields, headers=spoken)
    return answer.status_code, words(answer)


def test_a_template_is_kept_replaced_downloaded_and_removed(office: Office):
    ada = office.visitor("ada")
    assert upload(office, "ada", "offer", "offer.html", b"<p>{{ who }}</p>")[0] == 303
    assert upload(office, "ada", "offer", "offer2.txt", b"{{ who }}")[0] == 303
    page = ada.text("/document-templates")
    assert "offer2.txt" in page
    assert "offer.html" not in page
    file = ada.get("/document-templates/1")
    assert file.data == b"{{ who }}"
    assert file.headers["Content-Disposition"].startswith("attachment")
    ada.post("/document-templates/1/remove")
    assert "No template yet" in ada.text("/document-templates")


def test_what_is_no_template_is_refused_with_the_gap(office: Office):
    status, page = upload(office, "ada", "offer", "offer.txt", b"{{ 1 + }}")
    assert status == 422
    assert "This file is no template" in page
    assert "{{1 +}}" in page
    page = upload(office, "ada", "offer", "offer.txt", b"{{ 1 + }}", "fr")[1]
    assert "Du FEEL est attendu dans {{1 +}}, mais ligne 1, colonne" in page
    assert upload(office, "ada", "Big Key", "offer.txt", b"x")[0] == 422
    assert upload(office, "ada", "offer", "offer.exe", b"x")[0] == 422


def test_only_an_administrator_looks_after_templates(office: Office):
    assert office.visitor("anna").get("/document-templates").status_code == 403
    assert upload(office, "anna", "offer", "offer.txt", b"x")[0] == 403
