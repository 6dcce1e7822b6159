"""Process definitions: deployed as files, numbered by version, compiled once in each process of the program."""

from engine.definitions.compiled import graph, process, receiver
from engine.definitions.deploying import check, deploy
from engine.definitions.publishing import publish, retire
from engine.definitions.starting import starts
from engine.definitions.tables import (
    Definition,
    Deployment,
    Refused,
    definitions,
    entries,
)
from engine.definitions.versions import bound, get, latest, listed, versions
from engine.deployments import Source, deployments
from engine.deployments import get as deployment

__all__ = [
    "Definition",
    "Deployment",
    "Refused",
    "Source",
    "bound",
    "check",
    "definitions",
    "deploy",
    "deployment",
    "deployments",
    "entries",
    "get",
    "graph",
    "latest",
    "listed",
    "process",
    "publish",
    "receiver",
    "retire",
    "starts",
    "versions",
]
