"""What was found in a decision table, in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce

from engine.dmn.coverage import Condition, Finding
from engine.dmn.domains import FRAME, One, Others, Part, Span
from engine.feel import written
from engine.feel.values import Value, kind
from engine.feel.words import Sentence, say


def sentence(finding: Finding) -> Sentence:
    """Return a finding as one sentence."""
    when = _when(finding.when)
    match finding.kind:
        case "overlap" | "conflict":
            return _together(_listed(finding.rules), when, is_different=finding.kind == "conflict")
        case "gap":
            if when is None:
                return say("No rule applies to anything.")
            return say("No rule applies when %(when)s.", when=when)
        case "never":
            return _hidden(*finding.rules)
        case "more":
            return say("There are more of this kind.")
    return _unchecked(finding)


def _together(rules: Sentence, when: Sentence | None, *, is_different: bool) -> Sentence:
    if when is None and is_different:
        return say("Rules %(rules)s always apply together, with different results.", rules=rules)
    if when is None:
        return say("Rules %(rules)s always apply together. Only one may.", rules=rules)
    if is_different:
        return say(
            "Rules %(rules)s all apply when %(when)s, with different results.",
            rules=rules,
            when=when,
        )
    return say("Rules %(rules)s all apply when %(when)s. Only one may.", rules=rules, when=when)


def _hidden(rule: int, *before: int) -> Sentence:
    if len(before) == 1:
        return say(
            "Rule %(rule)s never gives the result: wherever it applies, rule %(other)s comes first.",
            rule=rule,
            other=before[0],
        )
    return say(
        "Rule %(rule)s never gives the result: wherever it applies, rules %(others)s come first.",
        rule=rule,
        others=_listed(before),
    )


def _unchecked(finding: Finding) -> Sentence:
    if finding.detail == "policy":
        return say(
            "Gaps and overlaps are not checked: all rules that apply give a result (%(policy)s).",
            policy=finding.text,
        )
    if finding.detail == "size":
        return say("Gaps and overlaps are not checked: there are too many combinations.")
    if not finding.rules:
        return say(
            "Gaps and overlaps are not checked: the cells of %(column)s compare with values of several kinds.",
            column=finding.column,
        )
    return say(
        "Gaps and overlaps are not checked: “%(text)s” in rule %(rule)s for %(column)s compares with no fixed value.",
        text=finding.text,
        column=finding.column,
        rule=finding.rules[0],
    )


def _listed(numbers: Iterable[int]) -> Sentence:
    *most, last = [str(number) for number in numbers]
    if not most:
        return say("%(only)s", only=last)
    return say("%(most)s and %(last)s", most=", ".join(most), last=last)


def _when(conditions: Iterable[Condition]) -> Sentence | None:
    said = [
        say("%(column)s is %(value)s", column=each.column, value=_any_of(each.parts))
        for each in conditions
    ]
    return reduce(_and, said) if said else None


def _and(first: Sentence, second: Sentence) -> Sentence:
    return say("%(first)s and %(second)s", first=first, second=second)


def _or(first: Sentence, second: Sentence) -> Sentence:
    return say("%(first)s or %(second)s", first=first, second=second)


def _any_of(parts: Iterable[Part]) -> Sentence:
    return reduce(_or, map(part, parts))


def part(found: Part) -> Sentence:
    """Return a part of a column's values: `100 to 200`, `anything but "FR"`."""
    match found:
        case One(given):
            return say("%(only)s", only=value(given))
        case Others(named):
            if not named:
                return say("anything")
            return say("anything but %(values)s", values=", ".join(map(value, named)))
    return _span(found)


def _span(found: Span) -> Sentence:
    low, high = value(found.low), value(found.high)
    about = kind(found.high if found.low is None else found.low)
    is_time = about in {"date", "time", "date and time"}
    start = _start(found.low_included, is_time)(low)
    end = _end(found.high_included, is_time)(high)
    if found.low is None:
        return end
    if found.high is None:
        return start
    if found.low_included and found.high_included:
        return say("%(low)s to %(high)s", low=low, high=high)
    return _and(start, end)


def _start(is_included: bool, is_time: bool) -> Callable[[str], Sentence]:  # noqa: FBT001  # both choose the row
    if is_time:
        if is_included:
            return lambda low: say("from %(value)s on", value=low)
        return lambda low: say("after %(value)s", value=low)
    if is_included:
        return lambda low: say("%(value)s or more", value=low)
    return lambda low: say("more than %(value)s", value=low)


def _end(is_included: bool, is_time: bool) -> Callable[[str], Sentence]:  # noqa: FBT001  # both choose the row
    if is_time:
        if is_included:
            return lambda high: say("until %(value)s", value=high)
        return lambda high: say("before %(value)s", value=high)
    if is_included:
        return lambda high: say("at most %(value)s", value=high)
    return lambda high: say("less than %(value)s", value=high)


def value(given: Value) -> str:
    """Return a value as a person writes it."""
    return written.quoted(given) if isinstance(given, str) else written.written(FRAME, given)
