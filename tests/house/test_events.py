"""Every event that a case can tell of has words on its timeline, or is silent on purpose."""

from __future__ import annotations

import re

from tests.support import packages
from web import event_words

NOTED = re.compile(r"""(?:\.note\(\s*|Event\(\s*(?:kind=)?)"([a-z]+_[a-z_]+)\"""")
OF_THE_HOUSE = frozenset(
    {
        "calendar_defined",
        "change_chain_cut",
        "decision_deployed",
        "definition_deployed",
        "definition_published",
        "definition_retired",
    }
)
"""Events about no case: definitions, decisions and calendars have pages of their own."""


def test_the_timeline_has_words_for_every_event_of_the_engine():
    files = sorted((packages.ROOT / "engine").rglob("*.py"))
    told = {kind for file in files for kind in NOTED.findall(file.read_text(encoding="utf-8"))}
    assert "task_completed" in told
    assert told - event_words.KINDS.keys() - event_words.SILENT - OF_THE_HOUSE == set()
