"""The ready-made definitions are sound, in every language, and do what their tests say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from process_defs import check, library, reader
from process_defs.language import Definition, Title, walk
from web.languages import LANGUAGES
from web.scenarios import stories

FILES = sorted(library.files())


def test_the_library_has_what_it_promises():
    assert [file.stem for file in FILES] == [
        "advertising-order",
        "client-handover",
        "complaint",
        "crm-rollout",
        "invoice-approval",
        "membership-renewal",
        "sales",
        "staff-onboarding",
        "win-back",
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_is_sound_and_speaks_every_language(file: Path):
    assert check.file(file) == []
    definition = reader.read(file.read_text(encoding="utf-8"))
    for title in titles(definition):
        assert title is not None
        assert LANGUAGES.keys() <= title.words.keys()
    assert definition.ladders
    assert definition.case is not None
    assert all(
        stage.deadline for stage in walk(definition.stages) if hasattr(stage.work, "responsible")
    )


def titles(definition: Definition) -> Iterator[Title | None]:
    yield definition.title
    yield from (end.title for end in definition.ends.values())
    for stage in walk(definition.stages):
        yield stage.title
        yield from (outcome.title for outcome in stage.outcomes)
        fields = [*stage.form, *(field for outcome in stage.outcomes for field in outcome.ask)]
        yield from (field.title for field in fields if not field.is_bare)
        yield from (option.title for field in fields for option in field.options)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_its_own_tests_hold(file: Path):
    definition = reader.read(file.read_text(encoding="utf-8"))
    assert len(definition.tests) >= 3
    failures = [
        (result.test.name, result.failures) for result in stories.run(definition) if not result.ok
    ]
    assert failures == []
