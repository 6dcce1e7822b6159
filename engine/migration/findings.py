"""What a look at a case finds before it moves to another version: each in words, and whether it is in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ledger import words
from ledger.rejection import Rejection
from ledger.words import Sentence

MOST_TOLD = 3
"""How many findings a refusal names; the report has them all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found at an element; what `blocks` keeps the case where it is."""

    kind: str
    element: str
    sentence: Sentence
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """Tokens that stand at `element`, and where they stand afterwards; None where they cannot go."""

    element: str
    to: str | None
    tokens: int = 1


@dataclass(frozen=True, slots=True)
class NewDue:
    """What becomes of a deadline: `before` None is a new one, `after` None one that falls away."""

    kind: str
    element: str | None
    before: datetime | None
    after: datetime | None
    is_overdue: bool = False
    """Whether it is overdue at once, and was not before."""


@dataclass(frozen=True, slots=True)
class Report:
    """What would become of one case; nothing is written."""

    case_id: int
    subject: str | None
    version: int
    moves: tuple[Move, ...] = ()
    findings: tuple[Finding, ...] = ()
    dues: tuple[NewDue, ...] = ()

    @property
    def is_possible(self) -> bool:
        """Say whether the case can move."""
        return not any(finding.blocks for finding in self.findings)

    @property
    def is_overdue_at_once(self) -> bool:
        """Say whether a deadline that is kept today would be missed as soon as the case has moved."""
        return any(due.is_overdue for due in self.dues)


@dataclass(frozen=True, slots=True)
class Summary:
    """What would become of many cases."""

    reports: tuple[Report, ...]
    left_out: int = 0
    """Cases that were not looked at, because there are so many."""

    @property
    def moving(self) -> int:
        """How many can move."""
        return sum(report.is_possible for report in self.reports)

    @property
    def blocked(self) -> int:
        """How many cannot."""
        return len(self.reports) - self.moving

    @property
    def overdue(self) -> tuple[Report, ...]:
        """Those that can move and would be overdue at once."""
        return tuple(each for each in self.reports if each.is_possible and each.is_overdue_at_once)


@dataclass(slots=True)
class Findings:
    """Collects what is found."""

    found: list[Finding] = field(default_factory=list)

    def block(self, kind: str, element: str, sentence: Sentence) -> None:
        """Note what keeps the case where it is."""
        self.found.append(Finding(kind, element, sentence, blocks=True))

    def tell(self, kind: str, element: str, sentence: Sentence) -> None:
        """Note what somebody should know."""
        self.found.append(Finding(kind, element, sentence))


class Blocked(Rejection):
    """A case that cannot move; `findings` says why."""

    def __init__(self, case_id: int, version: int, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        told = [finding.sentence for finding in self.findings if finding.blocks][:MOST_TOLD]
        sentence = words.say(
            "Expected case %(case)s to fit version %(version)s, but it does not: %(why)s",
            case=case_id,
            version=version,
            why=told,
        )
        super().__init__("invalid_state", sentence)


def packed(finding: Finding) -> dict[str, Any]:
    """Return a finding as it is kept."""
    return {
        "kind": finding.kind,
        "element": finding.element,
        "blocks": finding.blocks,
        "template": finding.sentence.template,
        "values": {name: words.plain(value) for name, value in finding.sentence.values.items()},
    }


def unpacked(kept: Mapping[str, Any]) -> Finding:
    """Return a finding that was kept."""
    sentence = words.again(kept["template"], kept["values"])
    return Finding(kept["kind"], kept["element"], sentence, kept["blocks"])
