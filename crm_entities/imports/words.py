"""Words of lists as the program's own: countries, languages, kinds and statuses as people write them."""

from __future__ import annotations

from functools import cache
from typing import Final

from babel import Locale

from crm_entities import clients, phones, shapes, terms

_SPOKEN: Final = ("en", "de", "fr", "pl", "ru", "zh", "es", "it")
_STATUSES: Final = {
    "potential": "potential lead prospect interessent potenziell prospekt prospects potencjalny szansa "
    "потенциальный лид 潜在 潜在客户 意向客户 线索",
    "active": "active aktiv actif active aktywny biezacy obecny kunde client активный действующий "
    "活跃 活跃客户 成交客户",
    "regular": "regular stammkunde regelmassig regulier fidele staly постоянный 常客 老客户 长期客户",
    "lost": "lost verloren perdu utracony stracony byly nieaktywny ehemalig former inactive inaktiv inactif "
    "потерянный потерян "
    "ушёл бывший неактивный 流失 已流失 流失客户",
}
_KINDS: Final = {
    "company": "company firma unternehmen organisation organization societe entreprise przedsiebiorstwo "
    "spolka instytucja organizacja osobaprawna компания "
    "организация юрлицо юридическоелицо 公司 企业 单位 机构 组织 法人 b2b",
    "person": "person privat privatperson private individual particulier personne osoba osobafizyczna "
    "osobaprywatna prywatna prywatny indywidualny "
    "физическоелицо физлицо частноелицо человек 个人 自然人 b2c",
}


def country(text: str) -> str | None:
    """Return the ISO 3166 code of a country given by code or by name in one of eight languages."""
    code = text.strip().upper()
    return code if code in phones.REGIONS else _countries().get(terms.joined(text))


def language(text: str) -> str | None:
    """Return the code of one of the program's languages given by code or name."""
    code = text.strip().lower()[:2]
    found = _languages().get(terms.joined(text))
    return found or (code if code in shapes.LANGUAGES else None)


def status(text: str) -> str | None:
    """Return the status of a client meant by a word."""
    word = terms.joined(text)
    return word if word in clients.STATUSES else _statuses().get(word)


def kind(text: str) -> str | None:
    """Return `company` or `person`, as meant by a word."""
    return _kinds().get(terms.joined(text))


@cache
def _statuses() -> dict[str, str]:
    return _meant(_STATUSES)


@cache
def _kinds() -> dict[str, str]:
    return _meant(_KINDS)


def _meant(words: dict[str, str]) -> dict[str, str]:
    return {terms.joined(word): key for key, listed in words.items() for word in listed.split()}


@cache
def _countries() -> dict[str, str]:
    more = {"uk": "GB", "england": "GB", "usa": "US", "brd": "DE", "holland": "NL", "россия": "RU"}
    return more | {
        terms.joined(name): code
        for spoken in _SPOKEN
        for code, name in Locale.parse(spoken).territories.items()
        if code in phones.REGIONS
    }


@cache
def _languages() -> dict[str, str]:
    return {
        terms.joined(name): code
        for spoken in _SPOKEN
        for code, name in Locale.parse(spoken).languages.items()
        if code in shapes.LANGUAGES
    }
