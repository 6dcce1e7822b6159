"""Process definitions: deployed as files, numbered by version, compiled once in each process of the program."""

from engine.definitions.compiled import graph, process, receiver
from engine.definitions.deploying import check, deploy
from engine.definitions.publishing import publish, retire
from engine.definitions.starting import starts
from engine.definitions.tables import (
    Definition,
    Deployment,
    Refused,
    Source,
    definitions,
    deployments,
    entries,
)
from engine.definitions.versions import bound, deployment, get, latest, listed, versions

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
