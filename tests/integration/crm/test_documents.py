"""Documents: kept whole by hash, seen with their record, removed without a rest."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import func, select

from crm_entities import contents, deals, documents
from crm_entities.contents import ContentPart
from ledger import transaction
from ledger.rejection import Rejection
from ledger.store import Store
from tests.integration.crm.conftest import Company

PDF = b"%PDF-1.7\nan offer"


def _parts(store: Store) -> int:
    with transaction.read(store, "system") as tx:
        return int(tx.execute(select(func.count()).select_from(ContentPart)).scalar_one())


def test_a_large_file_comes_back_as_it_was_and_lies_there_once(store: Store, company: Company):
    content = PDF + os.urandom(2 * contents.CHUNK)
    with transaction.begin(store, company.ben) as tx:
        first = documents.add(tx, "offer.pdf", content, subject=f"client:{company.client}")
        second = documents.add(tx, "copy.pdf", content, subject=f"deal:{company.deal}")
        numbers = first.id, second.id
    with transaction.read(store, company.ben) as tx:
        assert [documents.content(tx, documents.get(tx, one)) for one in numbers] == [content] * 2
        assert [one.name for one in documents.of_client(tx, company.client)] == [
            "copy.pdf",
            "offer.pdf",
        ]
    assert _parts(store) == 3


def test_a_document_is_seen_by_who_sees_its_record(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        number = documents.add(tx, "offer.pdf", PDF, subject=f"deal:{company.deal}").id
    with transaction.read(store, company.eve) as tx:
        assert documents.of_client(tx, company.client) == []
        with pytest.raises(Rejection) as refused:
            documents.get(tx, number)
    assert refused.value.reason == "not_found"
    with (
        pytest.raises(Rejection) as refused,
        transaction.begin(store, company.eve) as tx,
    ):
        documents.add(tx, "offer.pdf", PDF, subject=f"deal:{company.deal}")
    assert refused.value.reason == "not_found"


def test_a_document_of_a_case_without_a_record_is_no_record_of_anybody(
    store: Store, company: Company
):
    with transaction.begin(store, company.ben) as tx:
        number = documents.add(tx, "offer.pdf", PDF, case="case:9", task="task:4").id
    with transaction.read(store, company.admin) as tx:
        assert documents.in_case(tx, number, "case:9").task == "task:4"
        with pytest.raises(Rejection):
            documents.in_case(tx, number, "case:8")


def test_a_newer_version_keeps_the_older_one(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        made = documents.add(tx, "offer.pdf", PDF, subject=f"client:{company.client}")
        documents.replace(tx, made, "offer 2.pdf", PDF + b"!")
        number = made.id
    with transaction.read(store, company.ben) as tx:
        found = documents.get(tx, number)
        assert [(one.number, one.name) for one in documents.versions(tx, found)] == [
            (2, "offer 2.pdf"),
            (1, "offer.pdf"),
        ]
        assert documents.content(tx, found) == PDF + b"!"
        assert documents.content(tx, found, 1) == PDF


def test_a_removed_document_leaves_bytes_only_where_another_holds_them(
    store: Store, company: Company
):
    with transaction.begin(store, company.ben) as tx:
        first = documents.add(tx, "a.pdf", PDF, subject=f"client:{company.client}")
        second = documents.add(tx, "b.pdf", PDF, subject=f"client:{company.client}")
        documents.remove(tx, first)
        assert documents.content(tx, second) == PDF
        documents.remove(tx, second)
    assert _parts(store) == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("run.exe", b"MZ", "one of the kinds"),
        ("noend", b"x", "one of the kinds"),
        ("offer.pdf", b"MZ\x90", "holds something else"),
        ("offer.pdf", b"", "is empty"),
        ("../../", PDF, "with a name"),
        ("a" * 250 + ".pdf", PDF, "at most 200 characters"),
    ],
)
def test_a_file_that_may_not_be_kept_is_refused_in_words(
    store: Store, company: Company, name: str, content: bytes, words: str
):
    with (
        pytest.raises(Rejection, match=words),
        transaction.begin(store, company.ben) as tx,
    ):
        documents.add(tx, name, content, subject=f"client:{company.client}")


def test_a_name_from_outside_leads_into_no_folder(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        made = documents.add(
            tx, "..\\secret/..\u202e/offer\r\n.pdf", PDF, subject=f"client:{company.client}"
        )
        assert made.name == "offer.pdf"
        assert deals.get(tx, company.deal).client_id == company.client
