"""The topic kontor:document: a template filled with the process's values, kept as a document of the case."""

from __future__ import annotations

import re
from collections.abc import Mapping

from crm_entities import document_templates, documents, visibility
from engine import comments, instances, jobs, templates
from engine.feel import Value
from engine.jobs import BpmnError
from ledger import transaction
from ledger.rejection import Rejection
from ledger.store import Store
from ledger.transaction import Transaction
from web.services import inputs

UNKNOWN, UNFIT = "UNKNOWN_TEMPLATE", "TEMPLATE_ERROR"
OWN = frozenset({"template", "name"})


def make(store: Store, key: str, given: Mapping[str, Value]) -> dict[str, Value]:
    """Fill the template that the input `template` names and return the `document` that was kept.

    It belongs to the case and to the record that the case is about. A second try of the same job
    keeps no second document. Raises BpmnError.
    """
    wanted = inputs.text(given, "template")
    with transaction.read(store, "worker") as tx:
        name, content = _template(tx, wanted)
        now = tx.now
    values = {one: value for one, value in given.items() if one not in OWN}
    try:
        filled = templates.compile_template(name, content).fill(values, now)
    except templates.TemplateError as fault:
        raise BpmnError(UNFIT, f"{name}: {fault}") from fault
    title = _file_name(inputs.text(given, "name", name.rpartition(".")[0]), name)
    return {"document": transaction.run(store, "worker", lambda tx: _keep(tx, key, title, filled))}


def _template(tx: Transaction, key: str) -> tuple[str, bytes]:
    try:
        found = document_templates.by_key(tx, key)
    except Rejection as refused:
        raise BpmnError(UNKNOWN, str(refused.sentence)) from refused
    return found.name, found.content


def _file_name(title: str, template: str) -> str:
    """Return a name that ends as the template does, without what no file name may hold."""
    ending = "." + template.rpartition(".")[2].lower()
    plain = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", title).strip(". ")[:150]
    return plain if plain.lower().endswith(ending) else f"{plain or 'document'}{ending}"


def _keep(tx: Transaction, key: str, name: str, content: bytes) -> dict[str, Value]:
    number = int(key.removeprefix("job:"))
    case_id = jobs.case_of(tx, number)
    case = f"case:{case_id}"
    known = [one for one in documents.of_case(tx, case) if one.task == key]
    if known:
        return {"id": known[0].id, "name": known[0].name}
    subject = instances.get(tx, case_id).subject
    kind = (subject or "").partition(":")[0]
    try:
        with visibility.as_program(tx):
            made = documents.add(
                tx, name, content, subject=subject if kind in ("client", "deal") else None,
                case=case, task=key,
            )  # fmt: skip
    except Rejection as refused:
        raise BpmnError(UNFIT, str(refused.sentence)) from refused
    comments.attach(tx, case_id, made.subject, made.name, element=jobs.element_of(tx, number))
    return {"id": made.id, "name": made.name}
