"""What was found in a decision table, in the page's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Flask

from engine.dmn import words
from engine.dmn.coverage import Finding
from web import sentences
from web.speech import lazy_gettext

POLICIES: Final[Mapping[str, object]] = {
    "UNIQUE": lazy_gettext("one rule applies"),
    "ANY": lazy_gettext("rules that apply agree"),
    "FIRST": lazy_gettext("the first rule that applies"),
    "PRIORITY": lazy_gettext("the highest result"),
    "COLLECT": lazy_gettext("all rules that apply"),
    "COLLECT SUM": lazy_gettext("the sum of the rules that apply"),
    "COLLECT MIN": lazy_gettext("the least of the rules that apply"),
    "COLLECT MAX": lazy_gettext("the greatest of the rules that apply"),
    "COLLECT COUNT": lazy_gettext("the number of rules that apply"),
    "RULE ORDER": lazy_gettext("all rules that apply, in their order"),
    "OUTPUT ORDER": lazy_gettext("all rules that apply, the highest result first"),
}


def init_app(app: Flask) -> None:
    """Give `policy_word` to the templates of `app`."""
    app.add_template_filter(lambda policy: str(POLICIES.get(policy, policy)), "policy_word")


def sentence(finding: Finding) -> str:
    """Return a finding as one sentence."""
    return sentences.readable(words.sentence(finding))
