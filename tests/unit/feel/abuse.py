"""Random expressions of all of FEEL, right and spoiled; the same for the same seed."""

from __future__ import annotations

import random
import re

from engine.feel import library, types

SIGNS = ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", " and ", " or "]
ATOMS = [
    *["0", "1", "-1", "2.5", "1e6144", "1e-6143", "999999999999999999", "null", "true", "false"],
    *['""', '"a"', '"\U0001f40e\u00e9"', '"[a-z]+(b|c)*"', '"$1"', '"P1D"', '"2026-03-29"', '"xi"'],
    *['@"2026-01-31"', '@"2026-03-29T02:30:00@Europe/Paris"', '@"-999999999-01-01"', '@"23:59:59.999999999Z"'],
    *['@"9999-12-31T23:59:59-14:00"', '@"P1Y"', '@"-P9999999M"', '@"PT0.000000001S"', '@"P99999999999999D"'],
    *["[]", "{}", "[1..3]", "(< 5)", '["a".."b"]', '[@"2026-01-01"..@"2026-01-05"]', "a", "b", "deal", "?"],
    *["item", "partial", "unit price", "x-y", "function(x) x", "function(x, y) x < y", "abs", "1..3"],
]  # fmt: skip
MORE = '()[]{}"\\/*-+.,:<>=!@?|&$#%~`^\u0000\ud7ff\U0001f40e\u2028\n\t 0aZé'
FORMS = [
    "(§)%§",
    "(§)%§",
    "if § then § else §",
    "for i in §, j in § return [i, j, §]",
    "for i in (§)..§ return §",
    "some i in § satisfies §",
    "every i in § satisfies §",
    "(§)[§]",
    "(§).a",
    "(§).year",
    "(§).time offset",
    "{k: §, two words: §, c: k}",
    "[§, §, §]",
    "[(§)..(§)]",
    "(§..§)",
    "(§) in (§, < §, [§..§])",
    "(§) between § and §",
    "(§) instance of ~",
    "(function(i, j: ~) §)(§, §)",
    "{f: function(n) if n > 3 then § else f(n + 1), r: f(§)}.r",
    "-(§)",
]
"""Where `§` is an expression, `%` a sign and `~` a type."""


def expression(chance: random.Random, depth: int = 4) -> str:
    """An expression with a little of everything; most are right, and most of those make no sense."""
    if depth == 0 or chance.random() < 0.1:
        return chance.choice(ATOMS)
    form = _call(chance) if chance.random() < 0.3 else chance.choice(FORMS)
    form = form.replace("%", chance.choice(SIGNS)).replace("~", _type(chance))
    return re.sub("§", lambda _: expression(chance, depth - 1), form)


def spoiled(chance: random.Random, text: str) -> str:
    """A text with pieces of it lost, doubled, moved or replaced."""
    for _ in range(chance.randint(1, 4)):
        at, end = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
        end = min(end, at + 6)
        piece = chance.choice(
            ["", text[at:end] * 2, chance.choice(MORE), chance.choice(ATOMS), chance.choice(SIGNS)]
        )
        text = text[:at] + piece + text[end:]
    return text


def _call(chance: random.Random) -> str:
    builtin = chance.choice(list(library.FUNCTIONS.values()))
    names, _ = chance.choice(builtin.signatures)
    given = names[: chance.randint(0, len(names))] if chance.random() < 0.2 else names
    if chance.random() < 0.3:
        return f"{builtin.name}({', '.join(f'{name}: §' for name in given)})"
    return f"{builtin.name}({', '.join('§' for _ in given)})"


def _type(chance: random.Random) -> str:
    inner = chance.choice(sorted(types.SIMPLE))
    return chance.choice([inner, f"list<{inner}>", f"range<{inner}>", f"context<a: {inner}>"])
