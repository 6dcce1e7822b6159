"""What a person may do to a clock, as forms: pause it, set another due date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.ladder import Reassigning, ReassigningError
from ledger.rejection import invalid
from web.fields import Field, Option
from web.speech import gettext


def pause_fields() -> list[Field]:
    """Return the fields of a pause: why, and for how long at most."""
    units = (
        Option("business", gettext("working days")),
        Option("calendar", gettext("calendar days")),
    )
    return [
        Field("reason", "text", gettext("Reason"), required=True),
        Field("at_most", "number", gettext("At most")),
        Field("unit", "choice", gettext("Counted in"), options=units),
    ]


def move_fields() -> list[Field]:
    """Return the fields of another due date."""
    return [
        Field("due", "datetime", gettext("New due date"), required=True),
        Field("reason", "text", gettext("Reason"), required=True),
    ]


def reassigning(given: Mapping[str, str]) -> Reassigning | None:
    """Return what the form says a new holder changes; None leaves it to the process."""
    policy, grace = given.get("deadline", ""), given.get("grace", "").strip()
    if not policy:
        return None
    try:
        return Reassigning.parse(f"grace {grace}" if policy == "grace" else policy)
    except ReassigningError:
        words = gettext("Please write a time such as 4 working hours, or 2 business days.")
        raise invalid(words, field="grace") from None


def changes(*, may: bool) -> dict[str, Any]:
    """Return what a page with clocks needs to let a person change them."""
    return {
        "may_move_clocks": may,
        "pause_form": pause_fields(),
        "move_form": move_fields() if may else (),
    }
