"""The changes of one step: made in memory, undone where an element fails, written once at the end."""

from engine.plan.changes import Plan

__all__ = ["Plan"]
