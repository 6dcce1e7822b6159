"""Sound models to break one rule in, and ways to write them shortly."""

from __future__ import annotations

from tests.unit.bpmn.models import arrows, file, process

FORMAL = 'xsi:type="tFormalExpression"'
ROOTS = """
<itemDefinition id="text" structureRef="String"/><itemDefinition id="number" structureRef="Integer"/>
<itemDefinition id="texts" structureRef="String" isCollection="true"/>
<message id="order" name="order" itemRef="text"/><message id="reply" name="reply" itemRef="text"/>
<signal id="alarm" name="alarm"/><error id="broken" errorCode="B"/><error id="codeless"/>
<escalation id="late" escalationCode="L"/><escalation id="mute"/>
<interface id="shop" name="shop"><operation id="buy" name="buy"><inMessageRef>order</inMessageRef>
<outMessageRef>reply</outMessageRef></operation></interface>
<resource id="clerk" name="clerk"><resourceParameter id="region"/></resource>
<signalEventDefinition id="shared" signalRef="alarm"/>"""
MESSAGE = '<messageEventDefinition messageRef="order"><operationRef>buy</operationRef></messageEventDefinition>'
SIGNAL = '<signalEventDefinition signalRef="alarm"/>'
CONDITION = (
    f"<conditionalEventDefinition><condition {FORMAL}>x</condition></conditionalEventDefinition>"
)
LINK = '<linkEventDefinition id="{0}" name="{1}"/>'
CANCEL, COMPENSATE, TERMINATE = (
    "<cancelEventDefinition/>",
    "<compensateEventDefinition/>",
    "<terminateEventDefinition/>",
)
ERROR, ESCALATION = (
    '<errorEventDefinition errorRef="broken"/>',
    '<escalationEventDefinition escalationRef="late"/>',
)
COUNT = f"<loopCardinality {FORMAL}>3</loopCardinality>"
BOTH_LOOPS = f"<standardLoopCharacteristics/><multiInstanceLoopCharacteristics>{COUNT}</multiInstanceLoopCharacteristics>"


def timer(text: str = "PT5M", kind: str = "timeDuration") -> str:
    return f"<timerEventDefinition><{kind} {FORMAL}>{text}</{kind}></timerEventDefinition>"


def row(element: str, more: str = "", flows: str = "", roots: str = "") -> bytes:
    """A start, the element `a` and an end in a row, with what else is given beside."""
    body = f'<startEvent id="s"/>{element}<endEvent id="e"/>{more}'
    return file(ROOTS + roots, process(body, f"s>a a>e {flows}"))


def boundary(
    definition: str, attributes: str = "", host: str = '<task id="a"/>', flows: str = "b>c c>e"
) -> bytes:
    event = f'<boundaryEvent id="b" attachedToRef="a" {attributes}>{definition}</boundaryEvent>'
    return row(host, f'{event}<task id="c"/>', flows)


def around(start: str, attributes: str = "") -> bytes:
    """An event sub-process beside a row, begun by `start`."""
    inside = (
        f'<startEvent id="t" {attributes}>{start}</startEvent><endEvent id="u"/>{arrows("t>u")}'
    )
    return row(
        '<task id="a"/>', f'<subProcess id="x" triggeredByEvent="true">{inside}</subProcess>'
    )


def condition(source: str, text: str = "x", more: str = "", flows: str = "") -> bytes:
    """A second way from `a` with a condition."""
    flow = f'<sequenceFlow id="c" sourceRef="a" targetRef="z"><conditionExpression {FORMAL}>{text}</conditionExpression></sequenceFlow>'
    return row(source, f'<task id="z"/>{flow}{more}', f"z>e {flows}")


def pools(flow: str, body: str = "", flows: str = "") -> bytes:
    """Two pools, one with a process and one a black box, and a message flow `m`."""
    collaboration = (
        '<collaboration id="k"><participant id="us" processRef="p"/><participant id="them"/>'
        f'<messageFlow id="m" {flow}/></collaboration>'
    )
    content = f'<startEvent id="s"/><task id="a"/><endEvent id="e"/>{body}'
    return file(ROOTS, collaboration, process(content, f"s>a a>e {flows}"))


def io(data: str, inputs: str = "", outputs: str = "", attributes: str = "") -> str:
    """A service task with an input/output specification."""
    return (
        f'<serviceTask id="a" {attributes}><ioSpecification>{data}<inputSet id="i">{inputs}</inputSet>'
        f'<outputSet id="o">{outputs}</outputSet></ioSpecification></serviceTask>'
    )


IN, OUT = (
    '<dataInput id="in" itemSubjectRef="text"/>',
    '<dataOutput id="out" itemSubjectRef="text"/>',
)
REF_IN, REF_OUT = "<dataInputRefs>in</dataInputRefs>", "<dataOutputRefs>out</dataOutputRefs>"


def many(inside: str) -> bytes:
    """A task over the collection of its data input `in`, or into that of its data output `out`."""
    specification = (
        '<ioSpecification><dataInput id="in" itemSubjectRef="texts" isCollection="true"/>'
        '<dataOutput id="out" itemSubjectRef="texts" isCollection="true"/>'
        f"<inputSet>{REF_IN}</inputSet><outputSet>{REF_OUT}</outputSet></ioSpecification>"
    )
    return row(
        f'<task id="a">{specification}<multiInstanceLoopCharacteristics>{inside}</multiInstanceLoopCharacteristics></task>'
    )


def call(specification: str) -> bytes:
    """A call of a global task that takes one text and gives one."""
    called = '<globalTask id="g"><ioSpecification><dataInput id="gi" itemSubjectRef="text"/><dataOutput id="go" itemSubjectRef="text"/><inputSet><dataInputRefs>gi</dataInputRefs></inputSet><outputSet><dataOutputRefs>go</dataOutputRefs></outputSet></ioSpecification></globalTask>'
    return row(
        f'<callActivity id="a" calledElement="g">{specification}</callActivity>', roots=called
    )


def deciding(more: str, flows: str, attributes: str = "") -> bytes:
    """An event gateway `a` that leads to a timer and to something else."""
    body = f'<startEvent id="s"/><eventBasedGateway id="a" {attributes}/><intermediateCatchEvent id="w">{timer()}</intermediateCatchEvent>{more}<endEvent id="e"/>'
    return file(ROOTS, process(body, f"s>a a>w w>e {flows}"))


def gateway(direction: str, ways: str) -> bytes:
    body = f'<startEvent id="s"/><task id="t"/><task id="u"/><parallelGateway id="a" gatewayDirection="{direction}"/><task id="v"/><task id="w"/><endEvent id="e"/>'
    return file(ROOTS, process(body, ways))


def split() -> str:
    return "s>t s>u t>a u>a a>v v>e w>e"


def set_of(kind: str, listed: str, other: str) -> bytes:
    data = '<dataInput id="in"/><dataInput id="in2"/><dataOutput id="out"/><dataOutput id="out2"/>'
    spare = {"input": "<inputSet><dataInputRefs>in2</dataInputRefs></inputSet>", "output": ""}[kind]
    spare_out = {
        "input": "",
        "output": "<outputSet><dataOutputRefs>out2</dataOutputRefs></outputSet>",
    }[kind]
    first = f'<inputSet id="i">{REF_IN}{listed if kind == "input" else ""}</inputSet>'
    second = f'<outputSet id="o">{REF_OUT}{listed if kind == "output" else ""}</outputSet>'
    spares = other or (spare, spare_out)
    body = f"<ioSpecification>{data}{first}{spares[0]}{second}{spares[1]}</ioSpecification>"
    return row(f'<task id="a">{body}</task>')


SOUND = {
    "a row": row('<task id="a"/>'),
    "a boundary timer": boundary(timer()),
    "an event sub-process": around(MESSAGE),
    "a condition beside another way": condition('<task id="a"/>'),
    "a message to another pool": pools('sourceRef="a" targetRef="them"'),
    "a call that matches": call(
        f"<ioSpecification>{IN}{OUT}<inputSet>{REF_IN}</inputSet><outputSet>{REF_OUT}</outputSet></ioSpecification>"
    ),
    "a service task of an operation": row(io(IN + OUT, REF_IN, REF_OUT, 'operationRef="buy"')),
    "an event gateway": deciding(
        f'<intermediateCatchEvent id="x">{MESSAGE}</intermediateCatchEvent>', "a>x x>e"
    ),
    "a collection": many(
        '<loopDataInputRef>in</loopDataInputRef><inputDataItem id="one" itemSubjectRef="text"/>'
    ),
    "a mixed gateway": gateway("Mixed", split() + " a>w"),
}
