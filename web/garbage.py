"""When memory is looked through for what nobody holds any more: not while a process that stays begins,
and never again among what it began with, which is the most of it and stays to the end.
"""

from __future__ import annotations

import gc


def wait() -> None:
    """Throw nothing away until `go_on`: while modules load, looking through memory finds nothing and takes long."""
    gc.disable()


def go_on() -> None:
    """Look again, from now on only among what is made after this."""
    gc.freeze()
    gc.enable()
