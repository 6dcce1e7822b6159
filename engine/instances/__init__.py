"""Process instances: started, looked at, changed, suspended and cancelled. A case is a root instance."""

from engine.instances.moving import move
from engine.instances.operating import cancel, resume, set_variables, suspend
from engine.instances.reading import Position, get, of_subject, positions, variables_of
from engine.instances.starting import NORMAL, start
from engine.instances.working_time import calendar_of, set_calendar

__all__ = [
    "NORMAL",
    "Position",
    "calendar_of",
    "cancel",
    "get",
    "move",
    "of_subject",
    "positions",
    "resume",
    "set_calendar",
    "set_variables",
    "start",
    "suspend",
    "variables_of",
]
