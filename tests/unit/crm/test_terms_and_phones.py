"""Words and numbers under which records are found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_entities import passwords, phones, rights, terms
from crm_entities.imports import words
from ledger.rejection import Rejection


@pytest.mark.parametrize(
    ("name", "found_by"),
    [
        ("Müller & Söhne GmbH", {"muller", "mueller", "sohne", "soehne", "gmbh"}),
        ("Łódź", {"lodz"}),
        ("Ærø Straße", {"aero", "strasse"}),
        ("Берёзка", {"березка"}),
        ("北京华天", {"北京华天", "京华天", "华天", "天"}),
        ("华天abc科技", {"华天abc科技", "天abc科技", "abc科技", "科技", "技"}),
        ("ＡＢＣ银行", {"abc银行", "银行", "行"}),
    ],
)
def test_a_name_is_found_by_its_words_as_people_type_them(name: str, found_by: set[str]):
    assert terms.of_name(name) == found_by


@given(st.text("aé7 京都の", max_size=12))
def test_a_name_is_found_by_all_that_is_typed_of_it(text: str):
    known = terms.of_name(text)
    assert all(any(word.startswith(part) for word in known) for part in terms.sought(text))


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str):
    assert terms.folded(terms.folded(text)) == terms.folded(text)


@pytest.mark.parametrize(
    ("text", "region", "kept", "shown"),
    [
        ("030 / 23125-012", "DE", "+493023125012", "+49 30 23125012"),
        ("+33 (0)1 99 00 00 11", "DE", "+33199000011", "+33 1 99 00 00 11"),
        ("(212) 555-0123 ext. 7", "US", "+12125550123;ext=7", "+1 212-555-0123 ext. 7"),
    ],
)
def test_phone_numbers_are_kept_one_way_and_shown_another(
    text: str, region: str, kept: str, shown: str
):
    assert phones.normalised(text, region) == kept
    assert phones.formatted(kept) == shown
    assert phones.normalised(kept.replace(";ext=", " ext. "), "FR") == kept


def test_what_is_no_phone_number_is_refused():
    with pytest.raises(Rejection, match="country code"):
        phones.normalised("call me", "DE")


def test_roles_together_reach_as_far_as_the_widest():
    both = rights.of_roles(["employee", "process_owner"])
    assert (both["record.read"], both["record.write"], both["definition.publish"]) == (
        "all",
        "own",
        "all",
    )
    assert rights.of_roles(["administrator"]) == dict.fromkeys(rights.RIGHTS, "all")
    assert rights.of_roles(["unknown"]) == {}


def test_every_right_of_a_role_exists():
    for role, given_rights in rights.ROLES.items():
        assert set(given_rights) <= set(rights.RIGHTS), role


def test_a_password_is_kept_as_its_hash_only():
    known = passwords.hashed("a good password")
    assert "a good password" not in known
    assert passwords.is_right(known, "a good password")
    assert not passwords.is_right(known, "A good password")
    assert not passwords.is_right(None, "a good password")
    assert not passwords.is_outdated(known)
    with pytest.raises(Rejection, match="8 to 1024"):
        passwords.hashed("short")


@pytest.mark.parametrize(
    ("ask", "text", "expected"),
    [
        (words.country, "de", "DE"),
        (words.country, "Côte d’Ivoire", "CI"),
        (words.country, "Польша", "PL"),
        (words.country, "Atlantis", None),
        (words.status, "Stammkunde", "regular"),
        (words.status, "Активный", "active"),
        (words.status, "Stały", "regular"),
        (words.status, "老客户", "regular"),
        (words.kind, "个人", "person"),
        (words.language, "中文", "zh"),
        (words.country, "中国", "CN"),
        (words.kind, "Privatperson", "person"),
        (words.kind, "Spółka", "company"),
        (words.language, "polnisch", "pl"),
        (words.language, "fr", "fr"),
    ],
)
def test_words_of_lists_are_understood(
    ask: Callable[[str], str | None], text: str, expected: str | None
):
    assert ask(text) == expected
