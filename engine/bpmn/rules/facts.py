"""What rules ask about a file: its elements by kind, what leads to what, what an event is about, of which item data is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from engine.bpmn import vocabulary
from engine.bpmn.document import Document
from engine.bpmn.vocabulary import (
    EVENT_DEFINITIONS,
    Node,
    children,
    flag,
    kind,
    local_ref,
    text,
    texts,
)

CONTAINERS = frozenset(("process", "subProcess", "transaction", "adHocSubProcess"))


class Facts:
    """One document, indexed once for all rules."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.by_id = document.by_id
        self.kinds: defaultdict[str, list[Node]] = defaultdict(list)
        for node in document.nodes():
            self.kinds[kind(node)].append(node)
        self._into: defaultdict[str, list[Node]] = defaultdict(list)
        self._out_of: defaultdict[str, list[Node]] = defaultdict(list)
        for flow in self.kinds["sequenceFlow"]:
            self._into[flow.get("targetRef", "")].append(flow)
            self._out_of[flow.get("sourceRef", "")].append(flow)
        self.message_sources = {flow.get("sourceRef") for flow in self.kinds["messageFlow"]}
        self.message_targets = {flow.get("targetRef") for flow in self.kinds["messageFlow"]}
        self._beside: dict[tuple[Node, tuple[str, ...]], tuple[Node, ...]] = {}
        self._listed: dict[tuple[Node, str], frozenset[str]] = {}
        self._named: dict[tuple[str, tuple[str, ...]], frozenset[str]] = {}
        self.links = self._links()
        self._associated: defaultdict[str, list[Node]] = defaultdict(list)
        for association in self.kinds["association"]:
            self._associated[association.get("sourceRef", "")].append(association)
        self.lists_flows = bool(self.kinds["incoming"] or self.kinds["outgoing"])
        self._pools = self._owners()

    def all(self, *names: str) -> Iterator[Node]:
        """Every element of these kinds."""
        for name in names:
            yield from self.kinds[name]

    def incoming(self, node: Node) -> list[Node]:
        """The sequence flows that lead to the element."""
        return self._into[node.get("id", "")]

    def outgoing(self, node: Node) -> list[Node]:
        """The sequence flows that leave the element."""
        return self._out_of[node.get("id", "")]

    def target(self, flow: Node) -> Node | None:
        """The element that a flow leads to."""
        return self.by_id.get(flow.get("targetRef", ""))

    def source(self, flow: Node) -> Node | None:
        """The element that a flow leaves."""
        return self.by_id.get(flow.get("sourceRef", ""))

    def refer(self, reference: str | None) -> Node | None:
        """The element with that id, whether or not the reference has a prefix."""
        return self.by_id.get(reference or "", self.by_id.get(local_ref(reference)))

    def kind_of(self, reference: str | None) -> str:
        """The kind of the element with that id; empty where there is none."""
        found = self.refer(reference)
        return "" if found is None else kind(found)

    def definitions(self, event: Node) -> list[Node]:
        """The event definitions of an event, its own and those it refers to."""
        own = [node for node in event.iterchildren("*") if kind(node) in EVENT_DEFINITIONS]
        referred = (self.refer(found) for found in texts(event, "eventDefinitionRef"))
        return own + [node for node in referred if node is not None]

    def triggers(self, event: Node) -> set[str]:
        """What the event is about: `message`, `timer`, `error`, …; empty for a none event."""
        return {kind(node).removesuffix("EventDefinition") for node in self.definitions(event)}

    def process(self, node: Node) -> Node | None:
        """The process around an element."""
        return next((above for above in node.iterancestors() if kind(above) == "process"), None)

    def is_executable(self, node: Node) -> bool:
        """Say whether the process around the element (or, outside of all, any process) says it is executable."""
        around = node if kind(node) == "process" else self.process(node)
        if around is not None:
            return flag(around, "isExecutable")
        return any(flag(process, "isExecutable") for process in self.kinds["process"])

    def associated(self, node: Node) -> list[Node]:
        """The elements that associations lead to from this one."""
        found = (self.refer(each.get("targetRef")) for each in self._associated[node.get("id", "")])
        return [each for each in found if each is not None]

    def level(self, node: Node) -> Node | None:
        """The process or sub-process directly around a flow element."""
        return next((above for above in node.iterancestors() if kind(above) in CONTAINERS), None)

    def beside(self, node: Node, *names: str) -> tuple[Node, ...]:
        """The elements of these kinds on the same level."""
        around = self.level(node)
        if around is None:
            return ()
        key = (around, names)
        if key not in self._beside:
            self._beside[key] = tuple(children(around, *names))
        return self._beside[key]

    def listed(self, node: Node, name: str) -> frozenset[str]:
        """The texts of all children called `name`: the flows or data that an element names."""
        key = (node, name)
        if key not in self._listed:
            self._listed[key] = frozenset(texts(node, name))
        return self._listed[key]

    def members(self, specification: Node, sets: str, references: str) -> frozenset[str]:
        """All data that the input or output sets of a specification name."""
        key = (specification, references)
        if key not in self._listed:
            named = (texts(each, references) for each in children(specification, sets))
            self._listed[key] = frozenset(value for values in named for value in values)
        return self._listed[key]

    def named_by(self, name: str, *kinds: str) -> frozenset[str]:
        """All that elements of these kinds name in children (`sourceRef`) or attributes (`@calledElement`)."""
        key = (name, kinds)
        if key not in self._named:
            nodes = self.all(*kinds)
            found = (
                [local_ref(node.get(name[1:]))] if name.startswith("@") else texts(node, name)
                for node in nodes
            )
            self._named[key] = frozenset(value for values in found for value in values)
        return self._named[key]

    def is_event_subprocess(self, node: Node | None) -> bool:
        """Say whether the element is a sub-process that an event triggers."""
        return node is not None and kind(node) == "subProcess" and flag(node, "triggeredByEvent")

    def pool(self, reference: str | None) -> str | None:
        """The pool that an element or a pool's id belongs to."""
        found = self.refer(reference)
        if found is None:
            return None
        if kind(found) == "participant":
            return found.get("id")
        process = self.process(found)
        identity = "" if process is None else process.get("id", "")
        return self._pools.get(identity, identity or None)

    def item(self, node: Node | None) -> Node | None:
        """The item definition of a data element, of what it refers to, of a message, an error or an escalation."""
        if node is None:
            return None
        behind = self.refer(node.get("dataObjectRef") or node.get("dataStoreRef"))
        for each in (node, behind):
            reference = None if each is None else _item_reference(each)
            if reference:
                return self.refer(reference)
        return None

    def same_item(self, one: Node | None, other: Node | None) -> bool:
        """Say whether two data elements are of one item, or of two with the same structure."""
        first, second = self.item(one), self.item(other)
        if first is None or second is None:
            return first is second
        structure = first.get("structureRef")
        return first is second or (
            structure is not None and structure == second.get("structureRef")
        )

    def _links(self) -> Counter[tuple[str, str | None, Node | None]]:
        """How many links of a name an event kind has, on each level and (None) on all."""
        counts: Counter[tuple[str, str | None, Node | None]] = Counter()
        for link in self.kinds["linkEventDefinition"]:
            above = link.getparent()
            for level in (self.level(link), None):
                counts["" if above is None else kind(above), link.get("name"), level] += 1
        return counts

    def _owners(self) -> dict[str, str]:
        return {
            local_ref(pool.get("processRef")): pool.get("id", "")
            for pool in self.kinds["participant"]
            if pool.get("processRef")
        }


def _item_reference(node: Node) -> str | None:
    if kind(node) in ("error", "escalation", "signal"):
        return node.get("structureRef")
    return node.get("itemSubjectRef") or node.get("itemRef")


def io(node: Node, *names: str) -> list[Node]:
    """Elements of the input/output specification directly in `node`: data inputs, sets and so on."""
    specification = vocabulary.child(node, "ioSpecification")
    return [] if specification is None else list(children(specification, *names))


def is_empty(node: Node) -> bool:
    """Say whether an expression element says nothing."""
    return not text(node)
