"""The demo company's own words are there in every language."""

from __future__ import annotations

import pytest

from web import demo
from web.demo import company
from web.languages import LANGUAGES

PARTS = {
    "groups": company.GROUPS,
    "pipelines": company.PIPELINES,
    **company.PIPELINES,
}


@pytest.mark.parametrize("part", PARTS)
def test_what_the_company_shows_has_a_title_in_every_language(part: str):
    for key in PARTS[part]:
        assert company.titles(part, key).keys() == LANGUAGES.keys(), key


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_who_there_is_to_log_in_as_is_said_in_the_language(language: str):
    said = demo.logins(language)
    assert said.keys() == demo.LOGINS.keys()
    assert not said.items() & demo.LOGINS.items()
