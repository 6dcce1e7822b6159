"""Reads BPMN 2.0.2: `read` gives the compiled graph of a file, or what is wrong with it, in words and by place."""

from engine.bpmn.problems import Problem
from engine.bpmn.reading import Reading, read

__all__ = ["Problem", "Reading", "read"]
