"""Names that expressions read and nothing in the process sets: null at run time, so worth a word at deploy."""

from __future__ import annotations

from engine.bpmn import expressions
from engine.bpmn.context import Context
from engine.bpmn.vocabulary import KONTOR, Node, extension
from ledger.words import say


def report(context: Context, process: Node) -> None:
    """Warn of each unknown name once, where it is first read."""
    is_ours = extension(process, KONTOR, "definition") is not None
    for name, node in context.used.items():
        if context.is_known(name) or name in expressions.ENGINE_NAMES:
            continue
        otherwise = say("it is null unless a case is started with it or a task gives it")
        words = say(
            "Nothing in this process sets '%(name)s': %(otherwise)s.",
            name=name,
            otherwise=otherwise,
        )
        context.warning(node, "name.unknown-here" if is_ours else "name.unknown", words)
