"""What was found in a decision table, in a sentence of English."""

from __future__ import annotations

from collections.abc import Iterable

from engine.dmn.coverage import Condition, Finding
from engine.dmn.domains import FRAME, One, Others, Part, Span
from engine.feel import written
from engine.feel.values import Value, kind

POLICIES = {
    "COLLECT": "all that apply give a result",
    "RULE ORDER": "all that apply give a result",
    "OUTPUT ORDER": "all that apply give a result",
}


def sentence(finding: Finding) -> str:
    """Return a finding as one sentence."""
    when = _when(finding.when)
    match finding.kind:
        case "overlap":
            return f"{_rules(finding.rules)} both apply{when}, where only one may."
        case "conflict":
            return f"{_rules(finding.rules)} both apply{when}, with different results."
        case "gap":
            return f"No rule applies{when}."
        case "never":
            before = _rules(finding.rules[1:]).lower()
            comes = "comes" if len(finding.rules) == 2 else "come"  # noqa: PLR2004  # itself and one other
            return f"Rule {finding.rules[0]} never gives the result: {before} {comes} first wherever it applies."
        case "more":
            return "There are more of this kind."
    return _unchecked(finding)


def _unchecked(finding: Finding) -> str:
    whole = "Gaps and overlaps are not checked: "
    if finding.detail == "policy":
        return f"{whole}with the hit policy {finding.text}, {POLICIES.get(finding.text, 'that cannot be said')}."
    if finding.detail == "size":
        return f"{whole}the table has too many combinations."
    if not finding.rules:
        return f"{whole}the cells of {finding.column} compare with values of several kinds."
    said = f"“{finding.text}” for {finding.column} in rule {finding.rules[0]}"
    return f"{whole}{said} is no comparison with fixed values."


def _rules(numbers: tuple[int, ...]) -> str:
    listed = [str(number) for number in numbers]
    if len(listed) == 1:
        return f"Rule {listed[0]}"
    return f"Rules {', '.join(listed[:-1])} and {listed[-1]}"


def _when(conditions: Iterable[Condition]) -> str:
    said = [f"{each.column} is {' or '.join(map(part, each.parts))}" for each in conditions]
    return f" when {' and '.join(said)}" if said else ""


def part(found: Part) -> str:
    """Return a part of a column's values: `100 to 200`, `anything but "FR"`."""
    match found:
        case One(given):
            return value(given)
        case Others(named):
            return f"anything but {', '.join(map(value, named))}" if named else "anything"
    return _span(found)


def _span(found: Span) -> str:
    low, high = value(found.low), value(found.high)
    is_time = "date" in kind(found.low or found.high) or kind(found.low or found.high) == "time"
    less, more, fewer, further = (
        ("before", "after", "earlier", "later")
        if is_time
        else ("less than", "more than", "less", "more")
    )
    end = f"{high} or {fewer}" if found.high_included else f"{less} {high}"
    start = f"{low} or {further}" if found.low_included else f"{more} {low}"
    if found.low is None:
        return end
    if found.high is None:
        return start
    if found.low_included and found.high_included:
        return f"{low} to {high}"
    return f"{start} and {f'at most {high}' if found.high_included and not is_time else end}"


def value(given: Value) -> str:
    """Return a value as a person writes it."""
    return written.quoted(given) if isinstance(given, str) else written.written(FRAME, given)
