"""Each rule of the standard: a sound model passes, and one thing changed in it breaks that rule."""

from __future__ import annotations

import pytest

from engine.bpmn import rules
from tests.unit.bpmn import models
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
BROKEN = [
    ("EXT004", row('<task id="a"><documentation textFormat="nice">x</documentation></task>')),
    ("EXT005", row('<task id="a"/>', '<textAnnotation id="n" textFormat="nice"><text>x</text></textAnnotation>')),
    ("EXT006", row('<task id="a"/>', '<textAnnotation id="n"><text>x</text></textAnnotation>', "a>n")),
    ("EXT007", row('<task id="a"/>', '<textAnnotation id="n"><text>x</text></textAnnotation>', "n>e")),
    ("EXT008", pools('sourceRef="a" targetRef="n"', '<textAnnotation id="n"/>')),
    ("EXT009", pools('sourceRef="n" targetRef="them"', '<textAnnotation id="n"/>')),
    ("EXT010", row('<task id="a"/>', '<endEvent id="x"><errorEventDefinition errorRef="codeless"/></endEvent>', "a>x")),
    ("EXT011", row('<intermediateThrowEvent id="a"><escalationEventDefinition escalationRef="mute"/></intermediateThrowEvent>')),
    ("EXT012", row('<task id="a"><standardLoopCharacteristics><loopCondition>as long as needed</loopCondition></standardLoopCharacteristics></task>')),
    ("EXT013", row(f'<intermediateCatchEvent id="a"><timerEventDefinition><timeDate {FORMAL}/></timerEventDefinition></intermediateCatchEvent>')),
    ("EXT017", gateway("Converging", split() + " a>w")),
    ("EXT018", gateway("Diverging", split() + " a>w")),
    ("EXT019", gateway("Mixed", split() + " s>w")),
    ("EXT020", row(io('<dataInput id="in" itemSubjectRef="texts"/>', REF_IN))),
    ("EXT021", row('<task id="a"/>', f'<subProcess id="x" triggeredByEvent="true"><startEvent id="t">{MESSAGE}</startEvent><endEvent id="u"/>{arrows("t>u")}</subProcess>', "x>e")),
    ("EXT022", row('<task id="a"/>', f'<subProcess id="x" triggeredByEvent="true"><startEvent id="t">{MESSAGE}</startEvent><endEvent id="u"/>{arrows("t>u")}</subProcess>', "a>x")),
    ("EXT024", row('<task id="a"/>', '<task id="z"/><sequenceFlow id="f" sourceRef="a" targetRef="z" isImmediate="false"/>', "z>e")),
    ("EXT025", file(ROOTS, process(f'<startEvent id="s"/><task id="a"/><endEvent id="e"/><sequenceFlow id="f" sourceRef="a" targetRef="e"><conditionExpression {FORMAL}>x</conditionExpression></sequenceFlow>', "s>a"))),
    ("EXT026", row('<task id="a" default="s_a"/>')),
    ("EXT027", file(ROOTS, '<choreography id="c"><choreographyRef>d</choreographyRef></choreography><choreography id="d"/>')),
    ("EXT028", file(ROOTS, process('<startEvent id="s"/><endEvent id="e"/><task id="a"/>', "s>a a>e a>z"), '<process id="q"><task id="z"/></process>')),
    ("EXT029", file('<collaboration id="k"><participant id="x"><participantMultiplicity minimum="-1" maximum="2"/></participant></collaboration>')),
    ("EXT030", file('<collaboration id="k"><participant id="x"><participantMultiplicity minimum="3" maximum="2"/></participant></collaboration>')),
    ("EXT031", pools('sourceRef="a" targetRef="us"')),
    ("EXT032", file('<globalConversation id="g"><conversation id="c"/></globalConversation>')),
    ("EXT033", file('<collaboration id="k" isClosed="true"><choreographyRef>c</choreographyRef></collaboration><choreography id="c"/>')),
    ("EXT035", file(process('<startEvent id="s"/><endEvent id="e"/>', "s>e", 'isExecutable="true" processType="Public"'))),
    ("EXT036", row('<choreographyTask id="a" initiatingParticipantRef="x"/>')),
    ("EXT037", row('<task id="a" startQuantity="0"/>')),
    ("EXT038", row('<task id="a" completionQuantity="0"/>')),
    ("EXT039", row('<userTask id="a"><potentialOwner><resourceRef>clerk</resourceRef><resourceAssignmentExpression><formalExpression>x</formalExpression></resourceAssignmentExpression></potentialOwner></userTask>')),
    ("EXT040", row('<userTask id="a"><potentialOwner><resourceParameterBinding parameterRef="region"><formalExpression>x</formalExpression></resourceParameterBinding></potentialOwner></userTask>')),
    ("EXT041", row(f'<task id="a">{BOTH_LOOPS}</task>')),
    ("EXT042", row(f'<serviceTask id="a" operationRef="buy"><ioSpecification>{IN}<inputSet>{REF_IN}</inputSet><inputSet>{REF_IN}</inputSet><outputSet/></ioSpecification></serviceTask>')),
    ("EXT043", row(f'<serviceTask id="a" operationRef="buy"><ioSpecification>{OUT}<inputSet/><outputSet>{REF_OUT}</outputSet><outputSet>{REF_OUT}</outputSet></ioSpecification></serviceTask>')),
    ("EXT044", row(io('<dataInput id="in" itemSubjectRef="number"/>', REF_IN, "", 'operationRef="buy"'))),
    ("EXT045", row(io('<dataOutput id="out" itemSubjectRef="number"/>', "", REF_OUT, 'operationRef="buy"'))),
    ("EXT046", row(f'<sendTask id="a" messageRef="order"><ioSpecification>{IN}<inputSet>{REF_IN}</inputSet><inputSet>{REF_IN}</inputSet><outputSet/></ioSpecification></sendTask>')),
    ("EXT047", row(f'<sendTask id="a" messageRef="order"><ioSpecification>{IN}<dataInput id="in2" itemSubjectRef="text"/><inputSet>{REF_IN}<dataInputRefs>in2</dataInputRefs></inputSet><outputSet/></ioSpecification></sendTask>')),
    ("EXT048", row(f'<sendTask id="a" messageRef="order"><ioSpecification><dataInput id="in" itemSubjectRef="number"/><inputSet>{REF_IN}</inputSet><outputSet/></ioSpecification></sendTask>')),
    ("EXT049", row('<receiveTask id="a" messageRef="order" instantiate="true"/>')),
    ("EXT050", row(f'<receiveTask id="a" messageRef="order"><ioSpecification>{OUT}<inputSet/><outputSet>{REF_OUT}</outputSet><outputSet>{REF_OUT}</outputSet></ioSpecification></receiveTask>')),
    ("EXT051", row(f'<receiveTask id="a" messageRef="order"><ioSpecification>{OUT}<dataOutput id="out2" itemSubjectRef="text"/><inputSet/><outputSet>{REF_OUT}<dataOutputRefs>out2</dataOutputRefs></outputSet></ioSpecification></receiveTask>')),
    ("EXT052", row(f'<receiveTask id="a" messageRef="order"><ioSpecification><dataOutput id="out" itemSubjectRef="number"/><inputSet/><outputSet>{REF_OUT}</outputSet></ioSpecification></receiveTask>')),
    ("EXT053", row('<scriptTask id="a"><script>{}</script></scriptTask>')),
    ("EXT054", row(f'<subProcess id="a">{BOTH_LOOPS}</subProcess>')),
    ("EXT056", row('<subProcess id="a"><choreographyTask id="c" initiatingParticipantRef="x"/></subProcess>')),
    ("EXT057", row('<task id="a"/>', f'<subProcess id="x" triggeredByEvent="true"><startEvent id="t">{MESSAGE}</startEvent><endEvent id="u"/>{arrows("t>u")}</subProcess>', "a>x")),
    ("EXT058", row('<task id="a"/>', '<subProcess id="x" triggeredByEvent="true"><task id="t"/></subProcess>')),
    ("EXT059", around("")),
    ("EXT059", around(LINK.format("l", "x"))),
    ("EXT059", around(ERROR, 'isInterrupting="false"')),
    ("EXT061", row('<adHocSubProcess id="a"/>')),
    ("EXT062", row('<adHocSubProcess id="a"><startEvent id="t"/><task id="u"/></adHocSubProcess>')),
    ("EXT063", call(f"<ioSpecification>{IN}<inputSet>{REF_IN}</inputSet><outputSet/></ioSpecification>")),
    ("EXT064", file(ROOTS, '<globalTask id="g"><supportedInterfaceRef>shop</supportedInterfaceRef></globalTask>')),
    ("EXT065", file(ROOTS, '<globalTask id="g"><supportedInterfaceRef>shop</supportedInterfaceRef><ioSpecification><dataInput id="gi" itemSubjectRef="number"/><dataOutput id="go" itemSubjectRef="text"/><inputSet><dataInputRefs>gi</dataInputRefs></inputSet><outputSet><dataOutputRefs>go</dataOutputRefs></outputSet></ioSpecification><ioBinding operationRef="buy" inputDataRef="gi" outputDataRef="go"/></globalTask>')),
    ("EXT067", row('<task id="a"><multiInstanceLoopCharacteristics/></task>')),
    ("EXT068", row('<task id="a"><multiInstanceLoopCharacteristics><loopDataInputRef>d</loopDataInputRef></multiInstanceLoopCharacteristics></task>', '<dataObject id="d" name="d"/>')),
    ("EXT069", many(f'{COUNT}<loopDataOutputRef>out</loopDataOutputRef><outputDataItem id="one" itemSubjectRef="number"/>')),
    ("EXT070", many('<loopDataInputRef>in</loopDataInputRef><inputDataItem id="one" itemSubjectRef="texts"/>')),
    ("EXT071", row(f'<task id="a"><multiInstanceLoopCharacteristics>{COUNT}<completionCondition {FORMAL}>23</completionCondition></multiInstanceLoopCharacteristics></task>')),
    ("EXT072", row(f'<task id="a"><multiInstanceLoopCharacteristics behavior="Complex">{COUNT}<complexBehaviorDefinition><condition>"no"</condition></complexBehaviorDefinition></multiInstanceLoopCharacteristics></task>')),
    ("EXT078", file(ROOTS + '<property id="x"/>', process('<startEvent id="s"/><endEvent id="e"/>', "s>e"))),
    ("EXT079", row(f'<subProcess id="a"><ioSpecification>{IN}<inputSet>{REF_IN}</inputSet><outputSet/></ioSpecification></subProcess>')),
    ("EXT080", row('<task id="a"/>', '<endEvent id="x"><ioSpecification><inputSet/><outputSet/></ioSpecification></endEvent>', "a>x")),
    ("EXT081", file(ROOTS, process(f'<ioSpecification><dataInput id="pi"/><inputSet><dataInputRefs>pi</dataInputRefs></inputSet><outputSet/></ioSpecification><startEvent id="s"/><task id="a"><ioSpecification>{OUT}<inputSet/><outputSet>{REF_OUT}</outputSet></ioSpecification><dataOutputAssociation><sourceRef>out</sourceRef><targetRef>pi</targetRef></dataOutputAssociation></task><endEvent id="e"/>', "s>a a>e"))),
    ("EXT082", file(ROOTS, process(f'<ioSpecification><dataOutput id="po"/><inputSet/><outputSet><dataOutputRefs>po</dataOutputRefs></outputSet></ioSpecification><startEvent id="s"/><task id="a"><ioSpecification>{IN}<inputSet>{REF_IN}</inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>po</sourceRef><targetRef>in</targetRef></dataInputAssociation></task><endEvent id="e"/>', "s>a a>e"))),
    ("EXT083", row(f'<task id="a"><ioSpecification>{IN}<inputSet>{REF_IN}</inputSet></ioSpecification></task>')),
    ("EXT084", row(io(IN))),
    ("EXT085", set_of("input", "<optionalInputRefs>in2</optionalInputRefs>", "")),
    ("EXT086", set_of("input", "<whileExecutingInputRefs>in2</whileExecutingInputRefs>", "")),
    ("EXT087", row(io(IN + OUT, REF_IN + "<outputSetRefs>o</outputSetRefs>", REF_OUT))),
    ("EXT087", row(io(IN + OUT, REF_IN, REF_OUT + "<inputSetRefs>i</inputSetRefs>"))),
    ("EXT088", row(io(OUT))),
    ("EXT089", set_of("output", "<optionalOutputRefs>out2</optionalOutputRefs>", "")),
    ("EXT090", set_of("output", "<whileExecutingOutputRefs>out2</whileExecutingOutputRefs>", "")),
    ("EXT091", row(f'<task id="a"><ioSpecification>{IN}<inputSet>{REF_IN}</inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>d</sourceRef><targetRef>in</targetRef></dataInputAssociation></task>', '<dataObject id="d" itemSubjectRef="number"/>')),
    ("EXT092", row(f'<task id="a"><ioSpecification>{IN}<inputSet>{REF_IN}</inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>d</sourceRef><sourceRef>d2</sourceRef><targetRef>in</targetRef></dataInputAssociation></task>', '<dataObject id="d" itemSubjectRef="text"/><dataObject id="d2" itemSubjectRef="text"/>')),
    ("EXT093", row('<task id="a"/>', f'<endEvent id="x"><dataInput id="d1"/><dataInput id="d2"/>{MESSAGE}</endEvent>', "a>x")),
    ("EXT094", row('<task id="a"/>', f'<endEvent id="x"><dataInput id="d1" itemSubjectRef="number"/>{MESSAGE}</endEvent>', "a>x")),
    ("EXT095", row('<intermediateCatchEvent id="a"><eventDefinitionRef>mine</eventDefinitionRef></intermediateCatchEvent>', '<intermediateThrowEvent id="x"><signalEventDefinition id="mine" signalRef="alarm"/></intermediateThrowEvent>', "a>x x>e")),
    ("EXT096", row('<task id="a"/>', "", "a>s")),
    ("EXT097", file(ROOTS, process('<task id="a"/><endEvent id="e"/>', "a>e"))),
    ("EXT098", file(ROOTS, process(f'<startEvent id="s">{ERROR}</startEvent><endEvent id="e"/>', "s>e"))),
    ("EXT099", file(ROOTS, process('<startEvent id="s"/><callActivity id="a" calledElement="q"/><endEvent id="e"/>', "s>a a>e"), f'<process id="q" isExecutable="true"><startEvent id="t">{MESSAGE}</startEvent><endEvent id="u"/>{arrows("t>u")}</process>')),
    ("EXT100", row(f'<subProcess id="a"><startEvent id="t">{MESSAGE}</startEvent><endEvent id="u"/>{arrows("t>u")}</subProcess>')),
    ("EXT101", file(ROOTS, process('<startEvent id="s"/><startEvent id="t"/><endEvent id="e"/>', "s>e"))),
    ("EXT102", pools('sourceRef="s" targetRef="them"')),
    ("EXT103", pools('sourceRef="them" targetRef="s"')),
    ("EXT104", row('<task id="a"/>', '<task id="z"/>', "e>z z>e")),
    ("EXT105", file(ROOTS, process('<startEvent id="s"/><task id="a"/>', "s>a"))),
    ("EXT106", row('<task id="a"/>', f'<endEvent id="x">{CANCEL}</endEvent>', "a>x")),
    ("EXT107", row('<task id="a"/>', '<endEvent id="x"/>')),
    ("EXT108", pools('sourceRef="them" targetRef="e"')),
    ("EXT109", pools('sourceRef="e" targetRef="them"')),
    ("EXT110", boundary(TERMINATE)),
    ("EXT110", boundary(ERROR, 'cancelActivity="false"')),
    ("EXT111", boundary(CANCEL)),
    ("EXT112", boundary(timer(), flows="b>c c>e a>b")),
    ("EXT113", boundary(timer(), flows="a>c c>e")),
    ("EXT114", boundary(COMPENSATE)),
    ("EXT115", row('<task id="a"/>', f'<intermediateThrowEvent id="x">{SIGNAL}</intermediateThrowEvent>', "x>e")),
    ("EXT116", row('<task id="a"/>', f'<intermediateThrowEvent id="x">{SIGNAL}</intermediateThrowEvent>', "a>x")),
    ("EXT117", row('<task id="a"/>', f'<intermediateThrowEvent id="x">{LINK.format("l", "n")}</intermediateThrowEvent><intermediateCatchEvent id="y">{LINK.format("m", "n")}</intermediateCatchEvent>', "a>x x>e y>e")),
    ("EXT117", row('<task id="a"/>', f'<intermediateThrowEvent id="x">{LINK.format("l", "n")}</intermediateThrowEvent><intermediateCatchEvent id="y">{LINK.format("m", "n")}</intermediateCatchEvent>', "a>x a>y y>e")),
    ("EXT118", row('<task id="a"/>', '<intermediateThrowEvent id="x"><linkEventDefinition id="l" name="n"><target>m</target></linkEventDefinition></intermediateThrowEvent><intermediateCatchEvent id="y"><linkEventDefinition id="m" name="n"/></intermediateCatchEvent>', "a>x y>e")),
    ("EXT119", pools('sourceRef="them" targetRef="x"', f'<intermediateThrowEvent id="x">{MESSAGE}</intermediateThrowEvent>', "a>x x>e")),
    ("EXT119", pools('sourceRef="x" targetRef="them"', f'<intermediateCatchEvent id="x">{MESSAGE}</intermediateCatchEvent>', "a>x x>e")),
    ("EXT119", pools('sourceRef="x" targetRef="them"', f'<intermediateThrowEvent id="x">{SIGNAL}</intermediateThrowEvent>', "a>x x>e")),
    ("EXT122", row(f'<intermediateCatchEvent id="a">{COMPENSATE}</intermediateCatchEvent>')),
    ("EXT123", row('<intermediateCatchEvent id="a"><conditionalEventDefinition><condition/></conditionalEventDefinition></intermediateCatchEvent>')),
    ("EXT124", row('<task id="a"/>', f'<intermediateCatchEvent id="y">{LINK.format("m", "n")}</intermediateCatchEvent>', "y>e")),
    ("EXT125", row('<task id="a"/>', f'<intermediateThrowEvent id="x">{LINK.format("l", "n")}</intermediateThrowEvent>', "a>x")),
    ("EXT126", row(f'<subProcess id="a"><startEvent id="t"/><intermediateThrowEvent id="x">{LINK.format("l", "n")}</intermediateThrowEvent><endEvent id="u"/>{arrows("t>x t>u")}</subProcess>', f'<intermediateCatchEvent id="y">{LINK.format("m", "n")}</intermediateCatchEvent>', "y>e")),
    ("EXT127", row('<intermediateCatchEvent id="a"><messageEventDefinition><operationRef>buy</operationRef></messageEventDefinition></intermediateCatchEvent>')),
    ("EXT128", row('<intermediateCatchEvent id="a"><messageEventDefinition messageRef="order"/></intermediateCatchEvent>')),
    ("EXT130", boundary("")),
    ("EXT131", row('<intermediateCatchEvent id="a"><timerEventDefinition/></intermediateCatchEvent>')),
    ("EXT132", row(f'<intermediateCatchEvent id="a">{timer("soon", "timeDate")}</intermediateCatchEvent>')),
    ("EXT133", row(f'<intermediateCatchEvent id="a">{timer("R3/soon", "timeCycle")}</intermediateCatchEvent>')),
    ("EXT134", row(f'<intermediateCatchEvent id="a">{timer("P4H")}</intermediateCatchEvent>')),
    ("EXT135", row('<parallelGateway id="a"/>')),
    ("EXT136", file(ROOTS, process(f'<startEvent id="s"/><eventBasedGateway id="a"/><intermediateCatchEvent id="w">{timer()}</intermediateCatchEvent><endEvent id="e"/>', "s>a a>w w>e"))),
    ("EXT137", deciding(f'<intermediateCatchEvent id="x">{SIGNAL}</intermediateCatchEvent><sequenceFlow id="c" sourceRef="a" targetRef="x"><conditionExpression {FORMAL}>x</conditionExpression></sequenceFlow>', "x>e")),
    ("EXT138", deciding('<task id="x"/>', "a>x x>e")),
    ("EXT139", deciding(f'<receiveTask id="x" messageRef="order"/><intermediateCatchEvent id="y">{MESSAGE}</intermediateCatchEvent>', "a>x x>e a>y y>e")),
    ("EXT140", deciding(f'<receiveTask id="x" messageRef="order"/><boundaryEvent id="b" attachedToRef="x">{timer()}</boundaryEvent>', "a>x x>e b>e")),
    ("EXT141", deciding(f'<intermediateCatchEvent id="x">{SIGNAL}</intermediateCatchEvent>', "a>x x>e s>x")),
    ("EXT142", deciding(f'<intermediateCatchEvent id="x">{SIGNAL}</intermediateCatchEvent>', "a>x x>e", 'instantiate="true"')),
    ("EXT143", boundary(COMPENSATE, flows="a>c c>e")),
    ("EXT144", row('<task id="a"/>', f'<boundaryEvent id="b" attachedToRef="a">{COMPENSATE}</boundaryEvent><task id="c"/><association id="t" sourceRef="b" targetRef="c"/>', "a>c c>e")),
    ("EXT145", row('<scriptTask id="a" scriptFormat="prose"><script>{}</script></scriptTask>')),
    ("EXT146", row('<task id="a"/>', f'<endEvent id="x">{timer()}</endEvent>', "a>x")),
    ("EXT148", row('<intermediateCatchEvent id="a"/>')),
    ("EXT149", row(f'<intermediateThrowEvent id="a">{timer()}</intermediateThrowEvent>')),
    ("EXT150", row('<task id="a"/>', '<task id="z"/>', "z>e")),
    ("EXT151", row('<task id="a"/>', '<task id="z"/>', "a>z")),
    ("EXT152", row(f'<subProcess id="a"><startEvent id="t"/><task id="u"/><endEvent id="v"/>{arrows("t>u u>v")}</subProcess>', "", "u>e")),
    ("condition.boolean", condition('<task id="a"/>', "1 + 1")),
    ("condition.boolean", row(f'<task id="a"><standardLoopCharacteristics><loopCondition {FORMAL}>"yes"</loopCondition></standardLoopCharacteristics></task>')),
    ("condition.boolean", row(f'<intermediateCatchEvent id="a"><conditionalEventDefinition><condition {FORMAL}>7</condition></conditionalEventDefinition></intermediateCatchEvent>')),
    ("default.condition", condition('<exclusiveGateway id="a" default="c"/>')),
    ("event.attached", row('<exclusiveGateway id="a"/>', f'<boundaryEvent id="b" attachedToRef="a">{timer()}</boundaryEvent>', "b>e")),
    ("gateway.condition", condition('<parallelGateway id="a"/>')),
    ("gateway.parallel-events", deciding(f'<intermediateCatchEvent id="x">{SIGNAL}</intermediateCatchEvent>', "a>x x>e", 'eventGatewayType="Parallel"')),
    ("message-flow.source", pools('sourceRef="x" targetRef="them"', '<parallelGateway id="x"/>', "a>x x>e")),
    ("message-flow.target", pools('sourceRef="them" targetRef="x"', '<parallelGateway id="x"/>', "a>x x>e")),
]  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_model_breaks_no_rule(name: str):
    assert models.rules(SOUND[name]) == set()


@pytest.mark.parametrize(
    ("rule", "model"), BROKEN, ids=[f"{rule}-{nth}" for nth, (rule, _) in enumerate(BROKEN)]
)
def test_a_broken_rule_is_named(rule: str, model: bytes):
    assert rule in models.rules(model)


def test_every_rule_has_a_model_that_breaks_it():
    assert {rule for rule, _ in BROKEN} | {"EXT023"} == {rule.id for rule in rules.ALL}


def test_flows_that_one_end_does_not_name_are_found():
    xml = models.listed(models.simple('<task id="a"/>')).replace(b"<incoming>a_e</incoming>", b"")
    assert "error EXT023 a_e" in models.problems(xml, strict=True)


def test_a_file_that_names_no_flow_at_its_ends_is_told_once():
    found = [line for line in models.problems(models.simple('<task id="a"/>')) if "EXT023" in line]
    assert found == ["warning EXT023 s_a"]


def test_a_broken_rule_is_a_warning_where_the_file_can_be_run():
    xml = models.simple('<task id="a" startQuantity="0"/>')
    assert "warning EXT037 a" in models.problems(xml)
    assert "error EXT037 a" in models.problems(xml, strict=True)


def test_a_rule_says_what_breaks_it_and_where_the_standard_has_it():
    problem = next(
        p
        for p in models.found(
            SOUND["a row"].replace(
                b'<task id="a"/>', b'<task id="a" name="Ask" startQuantity="0"/>'
            )
        )
        if p.rule == "EXT037"
    )
    assert (
        problem.message
        == "startQuantity is at least one. task 'Ask' breaks this (BPMN 2.0.2, 10.3)."
    )


def test_many_faults_of_one_kind_are_one_warning():
    tasks = "".join(f'<task id="t{nth}" startQuantity="0"/>' for nth in range(9))
    said = [p.message for p in models.found(file(process(tasks))) if p.rule == "EXT037"]
    assert len(said) == 1
    assert said[0].endswith("So do 8 more.")


def test_a_reference_to_nothing_is_named():
    xml = models.simple('<task id="a"><incoming>nowhere</incoming></task>')
    assert "error reference a" in models.problems(xml, strict=True)
