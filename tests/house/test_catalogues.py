"""Every sentence on a screen is there in every language."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.house import sources
from tests.support.packages import ROOT
from web.languages import LANGUAGES

ROOMS = ("ledger", "engine", "process_defs", "crm_entities", "scheduler", "web")
TRANSLATIONS = ROOT / "web" / "translations"
CATALOGUES = sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))
REFUSALS = (
    *("say", "problem", "invalid", "not_found", "forbidden", "invalid_state"),
    *("Forbidden", "TooLarge", "TooSlow", "Broken"),
)
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "lazy_gettext": None,
    **dict.fromkeys(REFUSALS),
    "Rejection": (2,),
}
"""What says a sentence to people: the screens' own functions, and refusals of the rooms below."""
EDITOR = ROOT / "frontend" / "src" / "decisions" / "words"
BRACES = re.compile(r"\{[^}]*\}")
PLACE = re.compile(r"%\((\w+)\)|\{(\w*)\}")


@pytest.fixture(scope="module")
def said() -> Catalog:
    """What the program says, out of its source."""
    catalogue = Catalog()
    with (TRANSLATIONS / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    for name, line, words, comments, context in extract_from_dir(
        ROOT, methods, options, keywords=KEYWORDS, directory_filter=_may_speak
    ):
        catalogue.add(words, locations=[(name, line)], auto_comments=comments, context=context)
    return catalogue


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parents[1].name)
def test_every_sentence_is_translated(said: Catalog, file: Path):
    catalogue = _read(file)
    missing = []
    for message in _messages(said):
        known = catalogue.get(message.id, message.context)
        if known is None or known.fuzzy or not _is_full(known):
            missing.append(f"{message.id!r} ({message.locations[0]})")
    sources.must_be_none(missing)


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parents[1].name)
def test_a_translation_has_the_gaps_of_its_original(file: Path):
    wrong = [str(message.id) for message in _messages(_read(file)) if not _has_same_gaps(message)]
    sources.must_be_none(wrong)


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parents[1].name)
def test_no_translation_is_left_of_a_sentence_nobody_says(said: Catalog, file: Path):
    left = [str(m.id) for m in _messages(_read(file)) if said.get(m.id, m.context) is None]
    sources.must_be_none(left)


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_the_editor_of_decisions_speaks_every_language(language: str):
    """Its packages bring English alone; a file a language says the rest."""
    files = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in EDITOR.iterdir()}
    every = {sentence for words in files.values() for sentence in words}
    found = files[language]
    lacking = sorted(sentence for sentence in every if not found.get(sentence, "").strip())
    wrong = [s for s in found if sorted(BRACES.findall(s)) != sorted(BRACES.findall(found[s]))]
    sources.must_be_none(lacking + wrong)


def _may_speak(folder: str | os.PathLike[str]) -> bool:
    path = Path(folder)
    return path.parent != ROOT or path.name in ROOMS


def _read(file: Path) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened, locale=file.parents[1].name)


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _is_full(message: Message) -> bool:
    return all(_texts(message.string))


def _has_same_gaps(message: Message) -> bool:
    """Each form may leave out a number that its words already say, but must not name another gap."""
    originals, forms = _texts(message.id), _texts(message.string)
    known = {gap for original in originals for gap in PLACE.findall(original)}
    if len(originals) == 1:
        return not forms[0] or set(PLACE.findall(forms[0])) == known
    return all(set(PLACE.findall(form)) <= known for form in forms)


def _texts(words: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """One text, or the forms of singular and plural."""
    return (words or "",) if isinstance(words, str | None) else tuple(words)
