"""Where a column can go: the fields of clients and contacts, and the titles that people give them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Final

from crm_entities import custom_fields, terms
from crm_entities.imports.columns import Column
from ledger.rejection import invalid
from ledger.transaction import Transaction

ENTITIES: Final = ("client", "contact")
IGNORED: Final = ""
MANY: Final = frozenset(
    {"phone", "mail", "tax_number", "tags", "note", "contact_phone", "contact_mail"}
)
"""Targets that several columns may go to."""

_OF_CONTACT: Final = (
    "name",
    "first_name",
    "last_name",
    "position",
    "phone",
    "mail",
    "language",
    "birthday",
    "note",
)
_OF_BOTH: Final[Mapping[str, Sequence[str]]] = {
    "client": (
        *(
            "name",
            "first_name",
            "last_name",
            "kind",
            "number",
            "status",
            "tags",
            "source",
            "website",
            "language",
        ),
        *(
            "birthday",
            "phone",
            "mail",
            "tax_number",
            "street",
            "postcode",
            "city",
            "region",
            "country",
            "note",
        ),
        *("owner", "contact_name", "contact_position", "contact_phone", "contact_mail"),
    ),
    "contact": ("client", *_OF_CONTACT),
}
_TITLES: Final[Mapping[str, str]] = {
    "name": "name firma firmenname company companyname unternehmen client customer kunde kundenname nom societe "
    "raisonsociale nazwa klient nazwafirmy nazwaklienta kontrahent nazwakontrahenta название "
    "названиеорганизации названиекомпании компания организация "
    "контрагент клиент наименование наименованиеорганизации фио 名称 公司 公司名称 客户 客户名称 姓名 "
    "全名 客户全称 公司全称 企业名称 单位名称 机构名称",
    "first_name": "firstname vorname prenom imie имя 名 名字",
    "last_name": "lastname surname nachname familienname nomdefamille nazwisko фамилия 姓 姓氏",
    "number": "number no nr kundennummer kundennr customernumber customerno clientnumber numero numeroclient "
    "numerklienta nrklienta kodklienta номер номерклиента код кодклиента 编号 客户编号 客户编码 "
    "客户代码 客户号 代码",
    "kind": "kind type art typ rodzaj typklienta rodzajklienta тип типклиента вид 类型 客户类型 类别",
    "status": "status statut stan statusklienta статус статусклиента 状态 客户状态",
    "tags": "tags tag stichworte schlagworte etiquettes tagi etykiety znaczniki метки теги ярлыки 标签 客户标签",
    "source": "source quelle herkunft origine zrodlo источник 来源 客户来源 渠道",
    "website": "website web homepage url site siteweb internet strona stronawww stronainternetowa www сайт "
    "вебсайт 网站 网址 官网 主页",
    "language": "language sprache langue jezyk язык 语言 语种",
    "birthday": "birthday dateofbirth geburtstag geburtsdatum grundungsdatum datedenaissance dataurodzenia "
    "urodziny datazalozenia "
    "деньрождения датарождения 生日 出生日期 成立日期 注册日期",
    "phone": "phone telephone tel telefon telefonnummer mobile mobil handy fax phonenumber portable telefonkom "
    "telefonkomorkowy komorka numertelefonu nrtelefonu faks телефон тел мобильный мобильныйтелефон "
    "рабочийтелефон телефонмоб факс 电话 电话号码 联系电话 固定电话 座机 手机 手机号 手机号码 移动电话 传真",
    "mail": "mail email emailaddress emailadresse courriel adresseemail adresemail pocztaelektroniczna "
    "почта элпочта электроннаяпочта электронныйадрес адресэлпочты имейл 邮箱 邮箱地址 电子邮箱 电子邮件 邮件",
    "tax_number": "taxnumber vat vatnumber vatid ustid ustidnr steuernummer siret siren tva nip numernip "
    "regon numerpodatkowy инн 税号 纳税人识别号 统一社会信用代码",
    "street": "street address streetaddress strasse anschrift adresse rue ulica ulicainumer adres улица адрес "
    "юридическийадрес 街道 街道地址 地址 详细地址 公司地址 联系地址 通讯地址",
    "postcode": "postcode zip zipcode postalcode plz postleitzahl codepostal kodpocztowy индекс почтовыйиндекс "
    "邮编 邮政编码",
    "city": "city town ort stadt ville miasto miejscowosc город населённыйпункт 城市 市 所在城市",
    "region": "region state bundesland kanton departement wojewodztwo область регион край 省 省份 地区 省地区",
    "country": "country land pays kraj panstwo страна 国家 国家地区 国别",
    "note": "note notes comment comments bemerkung bemerkungen notiz remarque commentaire uwagi notatka "
    "notatki komentarz примечание "
    "комментарий комментарии заметки 备注 说明 描述",
    "owner": "owner responsible betreuer zustandig verantwortlich responsable opiekun opiekunklienta "
    "handlowiec ответственный "
    "ответственныйменеджер менеджер 负责人 归属人 客户负责人 客户经理 业务员 跟进人",
    "contact_name": "contact contactperson contactname ansprechpartner kontaktperson interlocuteur "
    "osobakontaktowa osobadokontaktu kontakt "
    "контактноелицо контакт 联系人 联系人姓名",
    "contact_position": "position function funktion jobtitle fonction stanowisko funkcja должность "
    "职位 职务 岗位 联系人职位",
    "contact_phone": "contactphone telefonansprechpartner telefonkontaktowy telefondokontaktu "
    "контактныйтелефон телефонконтакта 联系人电话 联系人手机",
    "contact_mail": "contactmail contactemail mailansprechpartner emailkontaktowy emaildokontaktu "
    "联系人邮箱 联系人邮件",
}
_MEANT: Final = {
    terms.joined(title): field for field, titles in _TITLES.items() for title in titles.split()
}


def of_entity(tx: Transaction, entity: str) -> list[str]:
    """Return every target of an entity, the company's own fields last, as `custom.<key>`."""
    if entity not in ENTITIES:
        raise invalid(
            "Expected one of %(entities)s, but got “%(entity)s”",
            entities=ENTITIES,
            entity=entity,
            field="entity",
        )
    own = [f"custom.{field.key}" for field in custom_fields.of_entity(tx, entity)]
    return [*_OF_BOTH[entity], *own]


def suggest(tx: Transaction, entity: str, columns: Sequence[Column]) -> dict[int, str]:
    """Return the likely target of each column by its title, then by what it holds; "" for those left out."""
    known = set(of_entity(tx, entity))
    own = {
        terms.joined(field.key): f"custom.{field.key}"
        for field in custom_fields.of_entity(tx, entity)
    }
    mapping: dict[int, str] = {}
    for column in columns:
        wanted = _meant(entity, column.title) or own.get(terms.joined(column.title), IGNORED)
        mapping[column.index] = _if_free(wanted, known, mapping)
    for column in columns:
        if not mapping[column.index] and column.kind in ("mail", "phone"):
            mapping[column.index] = _if_free(column.kind, known, mapping)
    return mapping


def checked(
    tx: Transaction, entity: str, columns: Sequence[Column], mapping: Mapping[int, str]
) -> dict[int, str]:
    """Return a mapping whose targets exist, each taken once unless it takes many, and which gives a name.

    Raises `Rejection(invalid_argument)` otherwise.
    """
    known, taken = of_entity(tx, entity), set()
    result = {column.index: mapping.get(column.index, IGNORED) for column in columns}
    for index, target in result.items():
        if target and target not in known:
            raise invalid(
                "Expected one of %(known)s, but got “%(target)s”",
                known=known,
                target=target,
                field=f"column{index}",
            )
        if target in taken and target not in MANY:
            raise invalid(
                "Expected one column for %(target)s, but there are two",
                target=target,
                field=f"column{index}",
            )
        taken.add(target)
    if not taken & {"name", "last_name", "first_name"}:
        raise invalid("Expected a column that holds the name", field="mapping")
    if entity == "contact" and "client" not in taken:
        raise invalid("Expected a column that holds the client of each contact", field="mapping")
    return result


def fingerprint(entity: str, titles: Sequence[str]) -> str:
    """Return what two files with the same titles have in common."""
    text = "\n".join([entity, *(terms.joined(title) for title in titles)])
    return hashlib.sha256(text.encode()).hexdigest()


def _meant(entity: str, title: str) -> str:
    word = terms.joined(re.sub(r"\d+$", "", title.strip()))
    target = _MEANT.get(word, IGNORED)
    if entity == "client":
        return target
    if word in {
        "company",
        "firma",
        "client",
        "customer",
        "kunde",
        "klient",
        "societe",
        "клиент",
        "компания",
        "организация",
        "контрагент",
        "公司",
        "客户",
    }:
        return "client"
    return {"contact_name": "name", "contact_position": "position"}.get(target, target)


def _if_free(target: str, known: set[str], mapping: Mapping[int, str]) -> str:
    if target not in known:
        return IGNORED
    return target if target in MANY or target not in mapping.values() else IGNORED
