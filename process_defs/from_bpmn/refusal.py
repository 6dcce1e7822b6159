"""Why a BPMN file cannot become a process file."""

from __future__ import annotations


class NotOurs(Exception):  # noqa: N818  # what the file is, not what went wrong
    """The BPMN cannot be said as a process file; the message says why and what to do instead."""
