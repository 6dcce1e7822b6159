"""Every language says everything, with the same blanks to fill in."""

from __future__ import annotations

import string
from datetime import UTC, datetime, time

import pytest

from scheduler import quiet, texts
from scheduler.ports import Address
from web.languages import LANGUAGES


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_who_reads_pages_in_a_language_is_written_to_in_it():
    assert set(LANGUAGES) <= set(texts.languages())


@pytest.mark.parametrize("language", texts.languages())
def test_a_language_says_all_that_english_says(language: str):
    english, other = texts.words("en"), texts.words(language)
    assert {kind: set(said) for kind, said in english.items()} == {
        kind: set(said) for kind, said in other.items()
    }
    for kind, said in english.items():
        for part, sentence in said.items():
            assert blanks(sentence) == blanks(other[kind][part]), (kind, part)


def test_an_unknown_language_is_answered_in_english():
    assert texts.words("tlh") == texts.words("en")
    assert texts.words("fr_CA") == texts.words("fr")


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-01-05T12:00", "2026-01-05T12:00"),
        ("2026-01-05T17:00", "2026-01-05T17:00"),
        ("2026-01-05T19:30", "2026-01-06T07:00"),
        ("2026-01-06T03:00", "2026-01-06T07:00"),
        ("2026-01-06T07:00", "2026-01-06T07:00"),
    ],
)
def test_quiet_hours_end_in_the_morning_of_the_persons_zone(at: str, until: str):
    address = Address("Anna", "a@example.org", "en", "Europe/Berlin", time(20), time(8))
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert quiet.until(address, now) == datetime.fromisoformat(until).replace(tzinfo=UTC)
