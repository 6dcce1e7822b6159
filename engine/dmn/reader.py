"""A DMN file becomes a model: all expressions compiled, all requirements resolved, all faults listed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.dmn import columns, document, rules, tree
from engine.dmn.boxed import Boxes, type_name
from engine.dmn.document import child, children, local, name_of
from engine.dmn.elements import Decision, Element, InputData, Knowledge, Reference, Service
from engine.dmn.errors import Problem, Severity
from engine.dmn.items import Items
from engine.dmn.model import Model
from engine.dmn.places import Place, Places
from engine.feel import library, nodes, types
from engine.feel.errors import FeelError
from engine.feel.expressions import MULTIWORD, Expression, compile_tree
from engine.feel.nodes import Node
from engine.feel.types import Type
from engine.feel.words import say

FAMILIES: Final = (columns, rules)
"""The modules that hold the rules for the nodes of decision models."""


def read(source: bytes, imports: Mapping[str, Model] | None = None) -> Model:
    """Read a file; `imports` are the models it may import, by namespace.

    Faults inside one element leave that element null at run time and stand in `Model.problems`;
    DmnError where the file as a whole cannot be read.
    """
    root = document.parse(source)
    return _Reader(root, Places(source, root), imports or {}).model()


def imported_namespaces(source: bytes) -> list[tuple[str, str | None]]:
    """The namespaces that a file imports, each with its locationURI where it has one."""
    root = document.parse(source)
    return [(i.get("namespace") or "", i.get("locationURI")) for i in children(root, "import")]


class _Reader:
    def __init__(
        self, root: document.Element, places: Places, available: Mapping[str, Model]
    ) -> None:
        self.root = root
        self.places = places
        self.result = Model(name_of(root), root.get("namespace") or "")
        self.imports: dict[str, tuple[str, Model]] = {}
        self.available = available
        self.items = Items(places, self.note)
        self.boxes = Boxes(frozenset(), places)

    def problem(self, element: document.Element, words: str, owner: str = "") -> None:
        self.note(self.places.of(element), owner or name_of(element), words)

    def note(self, place: Place, owner: str, words: str, severity: Severity = "error") -> None:
        line, column = place
        self.result.problems.append(Problem(line, owner, words, severity, column))

    def model(self) -> Model:
        for element in children(self.root, "import"):
            self._import(element)
        for element in children(self.root, "itemDefinition"):
            self.items.add(element)
        self.result.types = self.items.table
        self.result.limits = dict(self.items.limits)
        self.boxes = Boxes(self._names(), self.places)
        sources = {}
        for element in children(self.root, *_ELEMENTS):
            made = _ELEMENTS[local(element)](self, element)
            if made.id in self.result.elements:
                self.problem(element, say("the id %(id)s is there twice", id=made.id))
            self.result.elements[made.id] = made
            sources[made.id] = element
        for key, element in sources.items():
            self._connect(self.result.elements[key], element)
        self._open_where_nothing_is_declared()
        self._refuse_cycles()
        for key, element in sources.items():
            self._compile(self.result.elements[key], element)
        return self.result

    def _import(self, element: document.Element) -> None:
        namespace = element.get("namespace") or ""
        found = self.available.get(namespace)
        if found is None:
            if "DMN" in (element.get("importType") or "DMN"):
                self.problem(
                    element,
                    say("the imported model %(namespace)s is not there", namespace=namespace),
                )
            return
        name = name_of(element)
        self.imports[namespace] = (name, found)
        prefix = f"{name}." if name else ""
        self.items.table.update({f"{prefix}{key}": value for key, value in found.types.items()})

    def _names(self) -> frozenset[str]:
        found = {name_of(e) for e in self.root.iter() if e.get("name")}
        found |= {" ".join(e.get("iteratorVariable", "").split()) for e in self.root.iter()}
        for name, model in self.imports.values():
            found |= {name, *model.types, *(element.name for element in model.elements.values())}
        found |= _component_names(self.items.table.values())
        return frozenset(found - {""}) | MULTIWORD

    def _input(self, element: document.Element) -> Element:
        type_ = self._variable_type(element)
        variable = child(element, "variable")
        limit = self.items.limits.get(
            type_name(variable.get("typeRef")) if variable is not None else ""
        )
        if limit is not None:
            self.result.limits.setdefault(name_of(element), limit)
        return InputData(_id(element), name_of(element), type_, self.places.of(element))

    def _decision(self, element: document.Element) -> Element:
        return Decision(
            _id(element), name_of(element), self._variable_type(element), self.places.of(element)
        )

    def _knowledge(self, element: document.Element) -> Element:
        made = Knowledge(_id(element), name_of(element), self.places.of(element))
        logic = child(element, "encapsulatedLogic")
        declared = self._variable_type(element)
        made.result = declared.result if isinstance(declared, types.FunctionType) else types.ANY
        if logic is not None:
            if logic.get("typeRef"):
                made.result = self.items.reference(logic.get("typeRef"))
            made.parameters = tuple(
                (name_of(p), self.items.reference(p.get("typeRef")))
                for p in children(logic, "formalParameter")
            )
        return made

    def _service(self, element: document.Element) -> Element:
        declared = self._variable_type(element)
        result = declared.result if isinstance(declared, types.FunctionType) else declared
        return Service(_id(element), name_of(element), self.places.of(element), result)

    def _variable_type(self, element: document.Element) -> Type:
        variable = child(element, "variable")
        name = type_name(variable.get("typeRef")) if variable is not None else ""
        found = self.items.table.get(name)
        if found is None and name and types.simple(name).name not in types.SIMPLE:
            self.problem(element, say("there is no type %(name)s", name=name))
        return found or self.items.reference(name)

    def _connect(self, made: Element, element: document.Element) -> None:
        if isinstance(made, Decision | Knowledge):
            for requirement in children(element, "informationRequirement", "knowledgeRequirement"):
                for target in children(
                    requirement, "requiredInput", "requiredDecision", "requiredKnowledge"
                ):
                    self._append(made.requires, target, made)
        if isinstance(made, Service):
            for name in ("inputData", "inputDecision"):
                for target in children(element, name):
                    self._append(made.inputs, target, made)
            for target in children(element, "outputDecision"):
                self._append(made.outputs, target, made)

    def _append(
        self, references: list[Reference], target: document.Element, owner: Element
    ) -> None:
        href = target.get("href") or ""
        namespace, _, key = href.rpartition("#")
        if namespace in ("", self.result.namespace):
            found, prefix = self.result.elements.get(key), None
        else:
            prefix, model = self.imports.get(namespace, (None, None))
            found = model.elements.get(key) if model else None
        if found is None:
            self.problem(
                target, say("requires %(href)s, which is not there", href=href), owner.name
            )
        else:
            references.append(Reference(found.name, found, prefix or None))

    def _open_where_nothing_is_declared(self) -> None:
        decisions = self.result.decisions
        required = [reference.element for decision in decisions for reference in decision.requires]
        if not any(isinstance(element, InputData) for element in required):
            for decision in decisions:
                decision.sees_all = True

    def _refuse_cycles(self) -> None:
        """A decision that requires itself, directly or through others, loses the requirement."""
        done: set[Element] = set()
        for start in self.result.decisions:
            path: list[Decision] = []
            self._walk(start, path, done)

    def _walk(self, start: Decision, path: list[Decision], done: set[Element]) -> None:
        stack = [(start, iter(list(start.requires)))]
        path.append(start)
        while stack:
            decision, rest = stack[-1]
            reference = next(rest, None)
            if reference is None:
                done.add(decision)
                stack.pop()
                path.pop()
            elif reference.element in path:
                decision.requires.remove(reference)
                words = say("requires %(name)s, which requires it", name=reference.name)
                self.note(decision.place, decision.name, words)
            elif isinstance(reference.element, Decision) and reference.element not in done:
                path.append(reference.element)
                stack.append((reference.element, iter(list(reference.element.requires))))

    def _compile(self, made: Element, element: document.Element) -> None:
        if isinstance(made, Decision):
            made.logic = self._logic(made, self.boxes.inside(element), ())
        elif isinstance(made, Knowledge):
            logic = child(element, "encapsulatedLogic")
            if logic is not None:
                function = self.boxes.function(logic)
                body = function.body if isinstance(function, nodes.FunctionLiteral) else function
                made.logic = self._logic(made, body, tuple(name for name, _ in made.parameters))

    def _logic(
        self, made: Decision | Knowledge, body: Node, parameters: tuple[str, ...]
    ) -> Expression | None:
        bare = body.value if isinstance(body, tree.Typed) else body
        if isinstance(bare, tree.Table):
            self.result.tables[made.id] = bare
        known = {reference.imported or reference.name for reference in made.requires} | {
            *parameters
        }
        if isinstance(made, Knowledge):
            known.add(made.name)
        try:
            expression = compile_tree("", body, frozenset(known), self.items.table)
        except FeelError as wrong:
            self.note(made.place, made.name, str(wrong))
            return compile_tree("", tree.Faulty(made.place, str(wrong)), frozenset())
        for place, words in expression.faults:
            self.note(place, made.name, words)
        unknown = sorted(expression.names - known - library.FUNCTIONS.keys())
        if isinstance(made, Decision) and made.sees_all:
            unknown = []
        for name in unknown:
            words = say("names %(name)s, which it does not require", name=name)
            self.note(made.place, made.name, words, "warning")
        return expression


def _id(element: document.Element) -> str:
    return element.get("id") or f"{local(element)}:{name_of(element)}"


def _component_names(found: object) -> set[str]:
    """The names of all entries of these types, however deep."""
    names: set[str] = set()
    stack = list(found)  # type: ignore[call-overload]  # any iterable of types
    seen: set[int] = set()
    while stack:
        item = stack.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        match item:
            case types.ContextType(_, fields):
                names |= {name for name, _ in fields}
                stack += [type_ for _, type_ in fields]
            case types.ListType(_, element):
                stack.append(element)
            case types.Constrained(_, base):
                stack.append(base)
    return names


_ELEMENTS: Final = {
    "inputData": _Reader._input,  # the table of its own methods
    "decision": _Reader._decision,
    "businessKnowledgeModel": _Reader._knowledge,
    "decisionService": _Reader._service,
}
