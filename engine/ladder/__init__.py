"""Who is told when, as a deadline nears and passes: pure functions of levels and a clock."""

from engine.ladder.levels import InvalidLadder, Ladder, Level, Point
from engine.ladder.steps import Step, following, missed, schedule

__all__ = [
    "InvalidLadder",
    "Ladder",
    "Level",
    "Point",
    "Step",
    "following",
    "missed",
    "schedule",
]
