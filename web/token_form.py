"""The form with which a person moves a case from one stage to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from engine import definitions, instances
from ledger import numbers
from ledger.rejection import invalid
from web import case_rights, position, process_words, running, visit
from web.fields import Option
from web.speech import gettext

HOLDERS = frozenset({"inside", "multi"})


def changes(case: Row[Any]) -> dict[str, Any]:
    """Return what a case's page needs to let a person move it: where it stands, where it can go, other versions."""
    may = case.state in running.LIVE and case_rights.may_on_case("case.move", case)
    if not may:
        return {"may_move": False}
    process = definitions.process(visit.tx(), case.definition_id)
    versions = definitions.versions(visit.tx(), case.key)
    others = [one for one in versions if one.state == "published" and one.id != case.definition_id]
    return {
        "may_move": True,
        "standing": _standing(case),
        "places": [
            Option(element.id, process_words.element_title(case.definition_id, element.id))
            for element in process.elements.values()
            if element.kind in position.STAGES | {"serviceTask", "task", "endEvent"}
            and not getattr(element, "triggered_by_event", False)
        ],
        "has_versions": bool(others),
    }


def read(typed: Mapping[str, str]) -> tuple[str, int | None, str, str]:
    """Return (from, scope, to, reason) as they were chosen. Raises Rejection(invalid_argument)."""
    scope, mark, element = typed.get("from", "").partition(" ")
    number = numbers.of_record(scope)
    if not mark or number is None or not typed.get("to"):
        raise invalid(gettext("Please choose from where to where the case moves."), field="to")
    return element, number, typed["to"], typed.get("reason", "")


def _standing(case: Row[Any]) -> list[Option]:
    found = {
        f"{each.scope} {each.element}": process_words.element_title(
            case.definition_id, each.element
        )
        for each in instances.positions(visit.tx(), case.id)
        if each.phase not in HOLDERS
    }
    return [Option(value, title) for value, title in found.items()]
