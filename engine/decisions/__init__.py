"""Decisions: deployed as DMN files, numbered by version, published, asked by business rule tasks."""

from engine.decisions.deploying import check, deploy, is_model
from engine.decisions.evaluating import Decided, Failed, decide, model, paths
from engine.decisions.publishing import discard, publish, retire
from engine.decisions.tables import Decision, decisions
from engine.decisions.versions import find, get, latest, listed, versions

__all__ = [
    "Decided",
    "Decision",
    "Failed",
    "check",
    "decide",
    "decisions",
    "deploy",
    "discard",
    "find",
    "get",
    "is_model",
    "latest",
    "listed",
    "model",
    "paths",
    "publish",
    "retire",
    "versions",
]
