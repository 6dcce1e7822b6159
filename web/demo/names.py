"""Words of which clients are made that exist nowhere: names, streets and numbers of six countries.

Mail addresses end in `.example`; phone numbers are those that regulators keep
free for films where a country has such, else ones that nobody is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final


@dataclass(frozen=True, slots=True)
class Land:
    """A country's words. `phone` has a # for each digit that is free."""

    code: str
    language: str | None
    share: int
    firsts: tuple[str, ...]
    lasts: tuple[str, ...]
    roots: tuple[str, ...]
    trades: tuple[str, ...]
    forms: tuple[str, ...]
    cities: tuple[tuple[str, str], ...]
    streets: tuple[str, ...]
    phone: str


LANDS: Final = (
    Land(
        "DE",
        None,
        34,
        ("Jonas", "Lena", "Katrin", "Sven", "Miriam", "Uwe", "Jürgen", "Heike", "Timo", "Greta"),
        (
            "Hallberg",
            "Wiesner",
            "Köhnke",
            "Brandl",
            "Möring",
            "Thalheim",
            "Grüber",
            "Ostermeier",
            "Seitz",
            "Laube",
        ),
        (
            "Hallberg",
            "Sonnhof",
            "Elbtor",
            "Mühlgrund",
            "Weidner",
            "Ährenfeld",
            "Kupferkanne",
            "Rosental",
            "Grünau",
        ),
        (
            "Optik",
            "Möbelhaus",
            "Bäckerei",
            "Zahntechnik",
            "Fahrräder",
            "Gartenbau",
            "Apotheke",
            "Druckerei",
            "Hotel",
        ),
        ("GmbH", "AG", "KG", "e. K."),
        (
            ("10115", "Berlin"),
            ("04109", "Leipzig"),
            ("01067", "Dresden"),
            ("99084", "Erfurt"),
            ("50667", "Köln"),
        ),
        ("Lindenstraße", "Am Markt", "Gartenweg", "Bahnhofstraße", "Mühlgasse"),
        "+493023125###",
    ),
    Land(
        "FR",
        "fr",
        20,
        ("Camille", "Hugo", "Manon", "Lucas", "Élise", "Théo", "Inès", "Rémi", "Zoé", "Bastien"),
        (
            "Marchenoir",
            "Delsart",
            "Roussillac",
            "Petitjean",
            "Vauquelin",
            "Brégançon",
            "Lacombe",
            "Morvan",
        ),
        (
            "Clairval",
            "Beausoleil",
            "Montverger",
            "Laforge",
            "Belleroche",
            "Hautmarais",
            "Valcourt",
            "Fontelle",
        ),
        (
            "Optique",
            "Menuiserie",
            "Boulangerie",
            "Fleurs",
            "Cycles",
            "Traiteur",
            "Pharmacie",
            "Imprimerie",
            "Hôtel",
        ),
        ("SARL", "SAS", "SA", "et Fils"),
        (
            ("75011", "Paris"),
            ("69003", "Lyon"),
            ("44000", "Nantes"),
            ("67000", "Strasbourg"),
            ("33000", "Bordeaux"),
        ),
        ("rue des Tilleuls", "place du Marché", "avenue de la Gare", "rue du Moulin"),
        "+331990000##",
    ),
    Land(
        "PL",
        "pl",
        16,
        ("Agnieszka", "Paweł", "Zofia", "Krzysztof", "Małgorzata", "Łukasz", "Hanna", "Wojciech"),
        (
            "Wrzesień",
            "Jodłowska",
            "Kępa",
            "Zdrojewski",
            "Borówka",
            "Świętek",
            "Rybarczyk",
            "Żurawska",
        ),
        ("Złoty Kłos", "Jodła", "Sowa", "Bursztyn", "Wierzba", "Żuraw", "Dębowa", "Łąka"),
        ("Optyka", "Meble", "Piekarnia", "Ogrody", "Rowery", "Drukarnia", "Apteka", "Usługi Leśne"),
        ("Sp. z o.o.", "S.A.", "s.c."),
        (
            ("00-001", "Warszawa"),
            ("90-001", "Łódź"),
            ("30-001", "Kraków"),
            ("50-001", "Wrocław"),
            ("80-001", "Gdańsk"),
        ),
        ("ul. Lipowa", "ul. Ogrodowa", "Rynek", "ul. Młyńska"),
        "+48220000###",
    ),
    Land(
        "GB",
        "en",
        14,
        ("Oliver", "Amelia", "Harriet", "Callum", "Priya", "Edward", "Imogen", "Kwame"),
        (
            "Thornbury",
            "Ashdown",
            "Pemberly",
            "Wainscott",
            "Hargrove",
            "Oakeshott",
            "Merriman",
            "Fairlie",
        ),
        (
            "Thornbury",
            "Blackwater",
            "Ashdown",
            "Fernhill",
            "Kestrel",
            "Old Mill",
            "Harrowgate",
            "Saltmarsh",
        ),
        (
            "Opticians",
            "Furniture",
            "Bakery",
            "Dental",
            "Cycles",
            "Gardens",
            "Pharmacy",
            "Print",
            "Inn",
        ),
        ("Ltd", "plc", "& Sons"),
        (
            ("EC1A 1AA", "London"),
            ("M1 1AA", "Manchester"),
            ("LS1 1AA", "Leeds"),
            ("BS1 1AA", "Bristol"),
        ),
        ("Market Street", "Mill Lane", "Station Road", "Church Row"),
        "+442079460###",
    ),
    Land(
        "RU",
        "ru",
        9,
        ("Ольга", "Сергей", "Марина", "Алексей", "Татьяна", "Игорь"),
        ("Берёзкина", "Ветров", "Лугова", "Заречный", "Морозова", "Ключевский"),
        ("Северный ветер", "Берёзка", "Янтарь", "Заря", "Ключ", "Тихая гавань"),
        ("Оптика", "Мебель", "Пекарня", "Типография", "Аптека", "Сад"),
        ("ООО", "АО"),
        (("101000", "Москва"), ("190000", "Санкт-Петербург"), ("420000", "Казань")),
        ("ул. Липовая", "ул. Садовая", "Мельничный пер."),
        "+7495000####",
    ),
    Land(
        "CN",
        "zh",
        7,
        ("晓梅", "建国", "雨桐", "志强", "雅婷", "明轩"),
        ("林", "陈", "苏", "顾", "叶", "江"),
        ("晨曦", "云帆", "松鹤", "望江", "银杏", "听雨"),
        ("眼镜", "家具", "印刷", "园艺", "茶业", "酒店"),
        ("有限公司",),
        (("100000", "北京"), ("200000", "上海"), ("510000", "广州")),
        ("菩提路", "市场街", "花园路"),
        "+86100000####",
    ),
)


def land(chance: Random) -> Land:
    """Return a country, the near ones more often."""
    return chance.choices(LANDS, weights=[one.share for one in LANDS])[0]


def company(chance: Random, where: Land) -> str:
    """Return the name of a company."""
    root, trade, form = (
        chance.choice(where.roots),
        chance.choice(where.trades),
        chance.choice(where.forms),
    )
    if where.code == "CN":
        return f"{root}{trade}{form}"
    if where.code == "RU":
        return f"{form} «{trade} {root}»"
    return f"{trade} {root} {form}" if where.code in {"FR", "PL"} else f"{root} {trade} {form}"


def person(chance: Random, where: Land) -> str:
    """Return the name of a person."""
    first, last = chance.choice(where.firsts), chance.choice(where.lasts)
    return f"{last}{first}" if where.code == "CN" else f"{first} {last}"


def phone(chance: Random, where: Land) -> str:
    """Return a phone number, E.164."""
    return "".join(str(chance.randrange(10)) if sign == "#" else sign for sign in where.phone)


def address(chance: Random, where: Land) -> dict[str, str]:
    """Return a postal address."""
    postcode, city = chance.choice(where.cities)
    number = chance.randrange(1, 120)
    street = chance.choice(where.streets)
    line = f"{number} {street}" if where.code in {"FR", "GB"} else f"{street} {number}"
    return {
        "label": "",
        "street": line,
        "postcode": postcode,
        "city": city,
        "region": "",
        "country": where.code,
    }
