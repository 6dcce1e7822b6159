"""Rules about activities: sub-processes, tasks and their messages, callable elements (BPMN 10.2, 10.3)."""

from __future__ import annotations

from engine.bpmn.rules.facts import Facts, io
from engine.bpmn.rules.rule import Rule
from engine.bpmn.vocabulary import (
    ACTIVITIES,
    GLOBAL_TASKS,
    SUBPROCESSES,
    TASKS,
    Node,
    child,
    children,
    flag,
    kind,
    text,
    texts,
)
from ledger.words import say

ALL = tuple(sorted(ACTIVITIES))
SIMPLE = (*sorted(TASKS), "callActivity")
HOLDING = tuple(sorted(SUBPROCESSES))
CALLABLE = ("process", *GLOBAL_TASKS)
ROLES = ("performer", "humanPerformer", "potentialOwner", "resourceRole")
IN_EVENT_SUBPROCESS = frozenset(
    ("message", "timer", "error", "escalation", "compensate", "conditional", "signal")
)
ONLY_INTERRUPTING = frozenset(("error", "compensate"))
LANGUAGES = frozenset(("feel", "javascript", "ecmascript", "js", "groovy", "python", "jython", "ruby", "jruby", "juel", "xpath", "xquery", "xslt", "java", "typescript", "powershell", "bash", "lua", "php", "perl", "sql", "freemarker", "velocity"))  # fmt: skip


def _quantity(node: Node, name: str) -> int:
    written = node.get(name, "1").strip()
    return int(written) if written.lstrip("+-").isdecimal() else 0


def _two_loops(_facts: Facts, node: Node) -> bool:
    return (
        sum(
            1
            for _ in children(
                node, "standardLoopCharacteristics", "multiInstanceLoopCharacteristics"
            )
        )
        > 1
    )


def _starts(process: Node) -> list[Node]:
    return list(children(process, "startEvent"))


def _wrong_trigger(facts: Facts, event: Node) -> bool:
    if not facts.is_event_subprocess(facts.level(event)):
        return False
    triggers = facts.triggers(event)
    if not triggers or not triggers <= IN_EVENT_SUBPROCESS:
        return True
    return not flag(event, "isInterrupting", default=True) and bool(triggers & ONLY_INTERRUPTING)


def _connected(facts: Facts, node: Node) -> bool:
    return bool(
        facts.incoming(node)
        or facts.outgoing(node)
        or texts(node, "incoming")
        or texts(node, "outgoing")
    )


def _operation(facts: Facts, task: Node) -> Node | None:
    return facts.refer(task.get("operationRef")) if task.get("operationRef") else None


def _sets(node: Node, name: str) -> int:
    return len(io(node, name))


def _other_item(facts: Facts, task: Node, data: str, message: str) -> bool:
    """A service task's data is of the item of the operation's message, where the operation has one."""
    operation = _operation(facts, task)
    reference = None if operation is None else child(operation, message)
    items = io(task, data)
    if reference is None or not items:
        return False
    return not facts.same_item(items[0], facts.refer(text(reference)))


def _not_of_message(facts: Facts, task: Node, data: str) -> bool:
    message = facts.refer(task.get("messageRef")) if task.get("messageRef") else None
    return message is not None and any(
        facts.item(item) is None or not facts.same_item(item, message) for item in io(task, data)
    )


def _two_assignments(role: Node) -> bool:
    return (
        child(role, "resourceRef") is not None
        and child(role, "resourceAssignmentExpression") is not None
    )


def _is_format(written: str) -> bool:
    main, slash, sub = written.strip().partition("/")
    if not slash:
        return main.lower() in LANGUAGES
    return bool(main and sub) and " " not in written.strip()


def _called(facts: Facts, call: Node) -> Node | None:
    found = facts.refer(call.get("calledElement")) if call.get("calledElement") else None
    return found if found is not None and kind(found) in CALLABLE else None


def _unlike_called(facts: Facts, call: Node) -> bool:
    """BPMN 10.3.6: the call's input/output specification matches that of what it calls, one to one."""
    called = _called(facts, call)
    if called is None or (
        child(call, "ioSpecification") is None and child(called, "ioSpecification") is None
    ):
        return False
    for name in ("inputSet", "outputSet"):
        if _sets(call, name) != _sets(called, name):
            return True
    return any(
        _unlike(facts, io(call, name), io(called, name)) for name in ("dataInput", "dataOutput")
    )


def _unlike(facts: Facts, mine: list[Node], theirs: list[Node]) -> bool:
    left = list(theirs)
    for item in mine:
        match = next((other for other in left if facts.same_item(item, other)), None)
        if match is None:
            return True
        left.remove(match)
    return bool(left)


def _badly_bound(facts: Facts, binding: Node) -> bool:
    operation = facts.refer(binding.get("operationRef"))
    if operation is None:
        return True
    pairs = (("inputDataRef", "inMessageRef"), ("outputDataRef", "outMessageRef"))
    for data, message in pairs:
        carried = child(operation, message)
        if carried is not None and not facts.same_item(
            facts.refer(binding.get(data)), facts.refer(text(carried))
        ):
            return True
    return False


RULES = (
    Rule("EXT035", "10.2", say("A public process is not executable."), ("process",),
         lambda _f, n: n.get("processType") == "Public" and flag(n, "isExecutable")),
    Rule("EXT037", "10.3", say("startQuantity is at least one."), ALL, lambda _f, n: _quantity(n, "startQuantity") < 1),
    Rule("EXT038", "10.3", say("completionQuantity is at least one."), ALL, lambda _f, n: _quantity(n, "completionQuantity") < 1),
    Rule("EXT039", "10.3.1", say("A resource role names a resource or an assignment expression, not both."), ROLES, lambda _f, n: _two_assignments(n)),
    Rule("EXT040", "10.3.1", say("A resource role binds parameters only of a resource that it names."), ROLES,
         lambda _f, n: child(n, "resourceParameterBinding") is not None and child(n, "resourceRef") is None),
    Rule("EXT041", "10.3.7", say("An activity is a loop or multi-instance, not both."), SIMPLE, _two_loops),
    Rule("EXT054", "10.3.7", say("A sub-process is a loop or multi-instance, not both."), HOLDING, _two_loops),
    Rule("EXT042", "10.3.3", say("A service task with an operation has exactly one input set."), ("serviceTask",),
         lambda f, n: _operation(f, n) is not None and child(n, "ioSpecification") is not None and _sets(n, "inputSet") != 1),
    Rule("EXT043", "10.3.3", say("A service task with an operation has at most one output set."), ("serviceTask",),
         lambda f, n: _operation(f, n) is not None and _sets(n, "outputSet") > 1),
    Rule("EXT044", "10.3.3", say("The data input of a service task is of the item of its operation's incoming message."), ("serviceTask",),
         lambda f, n: _other_item(f, n, "dataInput", "inMessageRef")),
    Rule("EXT045", "10.3.3", say("The data output of a service task is of the item of its operation's outgoing message."), ("serviceTask",),
         lambda f, n: _other_item(f, n, "dataOutput", "outMessageRef")),
    Rule("EXT046", "10.3.3", say("A send task of a message has at most one input set."), ("sendTask",),
         lambda _f, n: n.get("messageRef") and _sets(n, "inputSet") > 1),
    Rule("EXT047", "10.3.3", say("A send task of a message has at most one data input."), ("sendTask",),
         lambda _f, n: n.get("messageRef") and _sets(n, "dataInput") > 1),
    Rule("EXT048", "10.3.3", say("The data input of a send task is of the item of its message."), ("sendTask",), lambda f, n: _not_of_message(f, n, "dataInput")),
    Rule("EXT049", "10.3.3", say("A receive task that begins a process has no incoming sequence flow."), ("receiveTask",),
         lambda f, n: flag(n, "instantiate") and f.incoming(n)),
    Rule("EXT050", "10.3.3", say("A receive task of a message has at most one output set."), ("receiveTask",),
         lambda _f, n: n.get("messageRef") and _sets(n, "outputSet") > 1),
    Rule("EXT051", "10.3.3", say("A receive task of a message has at most one data output."), ("receiveTask",),
         lambda _f, n: n.get("messageRef") and _sets(n, "dataOutput") > 1),
    Rule("EXT052", "10.3.3", say("The data output of a receive task is of the item of its message."), ("receiveTask",), lambda f, n: _not_of_message(f, n, "dataOutput")),
    Rule("EXT053", "10.3.3", say("A script says in which language it is written (scriptFormat)."), ("scriptTask", "globalScriptTask"),
         lambda _f, n: child(n, "script") is not None and not (n.get("scriptFormat") or n.get("scriptLanguage"))),
    Rule("EXT145", "10.3.3", say("scriptFormat is a media type such as text/feel, or the known name of a language."), ("scriptTask",),
         lambda _f, n: n.get("scriptFormat") is not None and not _is_format(n.get("scriptFormat", ""))),
    Rule("EXT057", "10.3.5", say("An event sub-process has no incoming and no outgoing sequence flow."), ("subProcess",),
         lambda f, n: f.is_event_subprocess(n) and _connected(f, n)),
    Rule("EXT058", "10.3.5", say("An event sub-process has exactly one start event."), ("subProcess",),
         lambda f, n: f.is_event_subprocess(n) and len(_starts(n)) != 1),
    Rule("EXT059", "10.3.5", say("An event sub-process starts by a message, a timer, a condition, a signal, an escalation or, interrupting, by an error or a compensation."), ("startEvent",), _wrong_trigger),
    Rule("EXT061", "10.3.5", say("An ad-hoc sub-process holds at least one activity."), ("adHocSubProcess",),
         lambda _f, n: next(children(n, *ACTIVITIES), None) is None),
    Rule("EXT062", "10.3.5", say("An ad-hoc sub-process holds no start event and no end event."), ("adHocSubProcess",),
         lambda _f, n: next(children(n, "startEvent", "endEvent"), None) is not None),
    Rule("EXT063", "10.3.6", say("The data of a call activity matches the data of what it calls, one to one."), ("callActivity",), _unlike_called),
    Rule("EXT064", "10.2", say("A process or global task that supports an interface binds its data to an operation."), CALLABLE,
         lambda _f, n: child(n, "supportedInterfaceRef") is not None and child(n, "ioBinding") is None),
    Rule("EXT065", "10.2", say("A binding connects data with an operation whose messages are of the same items."), ("ioBinding",), _badly_bound),
)  # fmt: skip
