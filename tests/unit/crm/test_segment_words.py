"""What stands behind a filter: read, and said again as a process file writes it."""

from __future__ import annotations

import pytest

from crm_entities import segments
from crm_entities.segments import words
from process_defs.language import CLIENT_FILTERS


def test_process_files_know_the_same_filters():
    assert (segments.SEGMENT, *segments.FILTERS) == CLIENT_FILTERS


@pytest.mark.parametrize("kind", words.READERS)
def test_a_value_is_said_again_as_it_is_written(kind: str):
    samples = "a, b|90 days|yes|today|within 7 days|last 3 days|above 1 EUR|since 2026-01-31|1 to 2"
    samples += "|2026-01-01 to 2026-02-01|filled|empty|12"
    read = [text for text in samples.split("|") if words.READERS[kind](text) is not None]
    assert read
    assert [str(words.read(kind, text)) for text in read] == read
