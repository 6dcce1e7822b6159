"""What a person may do to a clock, as forms: pause it, set another due date."""

from __future__ import annotations

from typing import Any

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


def changes(*, may: bool) -> dict[str, Any]:
    """Return what a page with clocks needs to let a person change them."""
    return {
        "may_move_clocks": may,
        "pause_form": pause_fields() if may else (),
        "move_form": move_fields() if may else (),
    }
