"""Who is told when, as a deadline nears and passes: pure functions of levels and a clock."""

from engine.ladder.levels import Ladder, Level, Point
from engine.ladder.parts import LadderError
from engine.ladder.reassigning import Reassigning, ReassigningError
from engine.ladder.steps import Come, Step, come, first, schedule

__all__ = [
    "Come",
    "Ladder",
    "LadderError",
    "Level",
    "Point",
    "Reassigning",
    "ReassigningError",
    "Step",
    "come",
    "first",
    "schedule",
]
