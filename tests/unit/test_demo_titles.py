"""The demo company's own words are there in every language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from web import demo
from web.demo import company
from web.languages import LANGUAGES

PARTS: Mapping[str, Iterable[str]] = {
    "groups": company.GROUPS,
    "pipelines": company.PIPELINES,
    **company.PIPELINES,
}


@pytest.mark.parametrize("part", PARTS)
def test_what_the_company_shows_has_a_title_in_every_language(part: str):
    for key in PARTS[part]:
        assert company.titles(part, key).keys() == LANGUAGES.keys(), key


@pytest.mark.parametrize("login", demo.LOGINS)
def test_what_somebody_is_at_the_login_is_said_in_every_language(login: str):
    said = company.titles("logins", login)
    assert {"en": demo.LOGINS[login], **said}.keys() == LANGUAGES.keys()
    assert all(demo.logins(language)[login] == words for language, words in said.items())
