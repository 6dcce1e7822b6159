"""Decision models of DMN 1.5 over FEEL: read once, evaluated many times.

`model.read` gives a `Model`; `Model.decide` evaluates one of its decisions.
"""

from engine.dmn.errors import DmnError, Problem
from engine.dmn.evaluation import Fired, Outcome
from engine.dmn.model import Model
from engine.dmn.reader import read

__all__ = ["DmnError", "Fired", "Model", "Outcome", "Problem", "read"]
