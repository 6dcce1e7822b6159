"""Keys and values of one part of the file, asked for by name and form; whatever does not fit is noted."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from ledger.words import say
from process_defs import mending, tree
from process_defs.language import Place, Said, Title
from process_defs.reader.notes import Notes

ID = re.compile(r"[a-z][a-z0-9_-]{0,63}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
FORMS = {
    tree.Scalar: say("a text"),
    tree.Sequence: say("a list"),
    tree.Mapping: say("keys and values"),
}


class Table:
    """A mapping whose keys are `known`; `what` names it in messages ("a stage", "the start").

    Where there is no `node`, what is missing is said at `place`.
    """

    def __init__(
        self,
        notes: Notes,
        node: tree.Node | None,
        what: str,
        known: Iterable[str] | None,
        place: Place | None = None,
    ) -> None:
        self.notes = notes
        self.what = what
        self.place = node.place if node is not None else place or Place()
        self.pairs: dict[str, tuple[tree.Scalar, tree.Node]] = {}
        if isinstance(node, tree.Mapping):
            self.pairs = {key.text: (key, value) for key, value in node.pairs}
            if known is not None:
                self._refuse_unknown(tuple(known), is_flow=node.is_flow)
        elif node is not None and not _is_empty(node):
            notes.error(
                node.place,
                say(
                    "Expected keys and values for %(what)s, but this is %(forms)s.",
                    what=what,
                    forms=FORMS[type(node)],
                ),
            )

    def _refuse_unknown(self, known: tuple[str, ...], *, is_flow: bool) -> None:
        for name, (key, value) in list(self.pairs.items()):
            if name in known:
                continue
            del self.pairs[name]
            if is_flow and _is_empty(value):
                self.notes.error(
                    key.place,
                    say(
                        "A comma inside braces begins a new key, and '%(name)s' is none.", name=name
                    ),
                )
                continue
            near = difflib.get_close_matches(name, known, 1, 0.7)
            way = (
                say("Did you mean '%(near)s'?", near=near[0])
                if near
                else say("Known are: %(names)s.", names=", ".join(known))
            )
            self.notes.plain(
                key.place,
                say(
                    "'%(name)s' is not known in %(what)s. %(way)s",
                    name=name,
                    what=self.what,
                    way=way,
                ),
                "unknown-key",
            )

    def __contains__(self, key: str) -> bool:
        return key in self.pairs

    def node(self, key: str) -> tree.Node | None:
        """Return the value as it stands, None where the key or its value is missing."""
        value = self.pairs.get(key, (None, None))[1]
        return None if value is None or _is_empty(value) else value

    def key_place(self, key: str) -> Place:
        """Return where the key stands, else the place of the whole part."""
        return self.pairs[key][0].place if key in self.pairs else self.place

    def said(self, key: str, *, required: bool = False) -> Said | None:
        """Return the text of `key`."""
        node = self.node(key)
        if node is None:
            if required:
                self.notes.plain(
                    self.key_place(key),
                    say("%(capital)s needs '%(key)s'.", capital=_capital(self.what), key=key),
                    "missing",
                )
            return None
        return said(self.notes, node, f"'{key}'")

    def feel(self, key: str, *, required: bool = False) -> Said | None:
        """Return the text of `key`, which is an expression with or without `=` before it."""
        value = self.said(key, required=required)
        node = self.node(key)
        if value is None or node is None:
            return None
        whole_check(self.notes, node)
        return Said(value.expression, value.place)

    def saids(self, key: str) -> tuple[Said, ...]:
        """Return the texts of a list; one text alone is a list of one."""
        node = self.node(key)
        if node is None:
            return ()
        return tuple(filter(None, (said(self.notes, item, f"'{key}'") for item in listed(node))))

    def items(self, key: str) -> list[tree.Node]:
        """Return the items of a list; anything else is noted."""
        node = self.node(key)
        if node is None:
            return []
        if not isinstance(node, tree.Sequence):
            self.notes.error(
                node.place,
                say("Expected a list for '%(key)s': lines that begin with '- '.", key=key),
            )
            return []
        return node.items

    def identifier(self, key: str) -> Said | None:
        """Return an id: small letters, digits, `-` and `_`, beginning with a letter."""
        value = self.said(key, required=True)
        return value if value is None or check_id(self.notes, value) else None

    def flag(self, key: str) -> bool:
        """Return a yes or no; `false` where the key is missing."""
        value = self.said(key)
        if value is None or value.text in ("false", "no"):
            return False
        if value.text not in ("true", "yes"):
            self.notes.error(
                value.place,
                say(
                    "Expected true or false for '%(key)s', not '%(text)s'.",
                    key=key,
                    text=value.text,
                ),
            )
        return True

    def title(self, key: str = "title") -> Title | None:
        """Return a text for people: one text, or one by language."""
        node = self.node(key)
        if isinstance(node, tree.Mapping):
            words = Table(self.notes, node, f"'{key}'", None)
            return Title(
                {code: text for code in words.pairs if (text := _translation(words, code))},
                node.place,
            )
        value = None if node is None else said(self.notes, node, f"'{key}'")
        return None if value is None else Title({"": value.text}, value.place)


def _translation(words: Table, code: str) -> str | None:
    if not LANGUAGE.fullmatch(code):
        words.notes.plain(
            words.key_place(code),
            say("'%(code)s' is no language; write en, fr, pl, ru, zh and the like.", code=code),
        )
    value = words.said(code)
    return value.text if value else None


def said(notes: Notes, node: tree.Node, what: str) -> Said | None:
    """Return the text of a scalar; anything else is noted."""
    if isinstance(node, tree.Scalar):
        return Said(node.text, node.place)
    notes.error(
        node.place,
        say(
            "Expected a text for %(what)s, but this is %(forms)s.",
            what=what,
            forms=FORMS[type(node)],
        ),
    )
    return None


def value_of(notes: Notes, node: tree.Node, what: str) -> Said | None:
    """Return a value that may be an expression (`= …`), whole."""
    value = said(notes, node, what)
    if value is not None and value.is_expression:
        whole_check(notes, node)
    return value


def listed(node: tree.Node) -> list[tree.Node]:
    """Return the items of a list, or the node alone."""
    return node.items if isinstance(node, tree.Sequence) else [node]


def whole_check(notes: Notes, node: tree.Node) -> None:
    """Note an expression of which YAML has taken only a part."""
    if isinstance(node, tree.Scalar) and not node.style and not mending.is_whole(node.text):
        notes.error(
            node.place,
            say("The expression is cut off after '%(text)s'.", text=node.text),
            "cut-expression",
        )


def check_id(notes: Notes, value: Said) -> bool:
    """Whether `value` may be an id; what is wrong is noted."""
    if ID.fullmatch(value.text) and "__" not in value.text:
        return True
    why = (
        say("two '_' together are the program's own")
        if "__" in value.text
        else (
            say(
                "an id begins with a small letter and has only small letters, digits, '-' and '_', at most 64"
            )
        )
    )
    notes.plain(
        value.place,
        say(
            "'%(text)s' cannot be an id: %(why)s. The title may say anything.",
            text=value.text,
            why=why,
        ),
        "id",
    )
    return False


def _is_empty(node: tree.Node) -> bool:
    return isinstance(node, tree.Scalar) and not node.style and node.text in ("", "~", "null")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
