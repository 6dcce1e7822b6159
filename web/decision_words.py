"""What was found in a decision table, in the page's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from flask import Flask

from engine.dmn.coverage import Condition, Finding
from engine.dmn.domains import One, Others, Part, Span
from engine.dmn.words import value
from engine.feel.values import kind
from web.speech import gettext, lazy_gettext

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
    when = _when(finding.when)
    match finding.kind:
        case "overlap" | "conflict":
            return _together(_listed(finding.rules), when, is_different=finding.kind == "conflict")
        case "gap" if when:
            return gettext("No rule applies when %(when)s.", when=when)
        case "gap":
            return gettext("No rule applies to anything.")
        case "never":
            return gettext(
                "Rule %(rule)s never gives the result: wherever it applies, %(others)s come first.",
                rule=finding.rules[0],
                others=_listed(finding.rules[1:]),
            )
        case "more":
            return gettext("There are more of this kind.")
        case _:
            return _unchecked(finding)


def _together(rules: str, when: str, *, is_different: bool) -> str:
    if is_different and when:
        words = gettext("Rules %(rules)s all apply when %(when)s, with different results.")
    elif is_different:
        words = gettext("Rules %(rules)s always apply together, with different results.")
    elif when:
        words = gettext("Rules %(rules)s all apply when %(when)s. Only one may.")
    else:
        words = gettext("Rules %(rules)s always apply together. Only one may.")
    return words % {"rules": rules, "when": when}


def _unchecked(finding: Finding) -> str:
    if finding.detail == "policy":
        return gettext(
            "Gaps and overlaps are not checked: all rules that apply give a result (%(policy)s).",
            policy=finding.text,
        )
    if finding.detail == "size":
        return gettext("Gaps and overlaps are not checked: there are too many combinations.")
    if not finding.rules:
        return gettext(
            "Gaps and overlaps are not checked: the cells of %(column)s compare with values of several kinds.",
            column=finding.column,
        )
    return gettext(
        "Gaps and overlaps are not checked: “%(text)s” in rule %(rule)s for %(column)s compares with no fixed value.",
        text=finding.text,
        column=finding.column,
        rule=finding.rules[0],
    )


def _listed(numbers: Iterable[int]) -> str:
    listed = [str(number) for number in numbers]
    if len(listed) == 1:
        return listed[0]
    return gettext("%(most)s and %(last)s", most=", ".join(listed[:-1]), last=listed[-1])


def _when(conditions: Iterable[Condition]) -> str:
    said = [
        gettext("%(column)s is %(value)s", column=each.column, value=_any_of(each.parts))
        for each in conditions
    ]
    return gettext(" and ").join(said)


def _any_of(parts: Iterable[Part]) -> str:
    return gettext(" or ").join(map(_part, parts))


def _part(found: Part) -> str:
    match found:
        case One(given):
            return value(given)
        case Others(named):
            return gettext("anything but %(values)s", values=", ".join(map(value, named)))
    return _span(found)


def _span(found: Span) -> str:
    low, high = value(found.low), value(found.high)
    is_time = kind(found.high if found.low is None else found.low) in {
        "date",
        "time",
        "date and time",
    }
    ends = []
    is_closed = found.low_included and found.high_included
    if found.low is not None and found.high is not None and is_closed:
        return gettext("%(low)s to %(high)s", low=low, high=high)
    if found.low is not None:
        ends.append(_start(low, is_included=found.low_included, is_time=is_time))
    if found.high is not None:
        ends.append(_end(high, is_included=found.high_included, is_time=is_time))
    return gettext(" and ").join(ends)


def _start(low: str, *, is_included: bool, is_time: bool) -> str:
    if is_time:
        words = gettext("from %(value)s on") if is_included else gettext("after %(value)s")
    else:
        words = gettext("%(value)s or more") if is_included else gettext("more than %(value)s")
    return words % {"value": low}


def _end(high: str, *, is_included: bool, is_time: bool) -> str:
    if is_time:
        words = gettext("until %(value)s") if is_included else gettext("before %(value)s")
    else:
        words = gettext("at most %(value)s") if is_included else gettext("less than %(value)s")
    return words % {"value": high}
