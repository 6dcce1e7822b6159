"""Built-in functions on contexts (DMN 1.5, table 80)."""

from __future__ import annotations

from engine.feel.frame import Frame
from engine.feel.library.arguments import items, several, text, wrong
from engine.feel.library.registry import builtin
from engine.feel.values import Value, admit


@builtin("get value", "m, key")
def _get_value(frame: Frame, m: Value, key: Value) -> Value:
    if not isinstance(m, dict):
        return wrong(frame, "get value", "context", m)
    name = text(frame, "get value", key)
    if name is None:
        return None
    return (
        admit(m[name])
        if name in m
        else frame.problem("get value: there is no entry %(name)s", name=name[:40])
    )


@builtin("get entries", "m")
def _get_entries(frame: Frame, m: Value) -> Value:
    if not isinstance(m, dict):
        return wrong(frame, "get entries", "context", m)
    frame.work().charge(len(m))
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context", "entries")
def _context(frame: Frame, entries: Value) -> Value:
    found = items(frame, "context", entries)
    if found is None:
        return None
    made: dict[str, Value] = {}
    for entry in found:
        key = entry.get("key") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(key, str) or "value" not in entry:
            return frame.problem("context: each entry needs a key that is a string, and a value")
        if key in made:
            return frame.problem("context: the key %(key)s is there twice", key=key[:40])
        made[key] = entry["value"]
    return made


@builtin("context put", "context, key, value", "context, keys, value")
def _context_put(frame: Frame, context: Value, key: Value, value: Value) -> Value:
    if not isinstance(context, dict):
        return wrong(frame, "context put", "context", context)
    path = key if isinstance(key, list) else [key]
    if not path or not all(isinstance(name, str) for name in path):
        return frame.problem("context put: expected a key or a list of keys")
    frame.work().charge(len(context) + 1)
    name = str(path[0])
    if len(path) > 1:
        value = _context_put(frame, context.get(name), list[Value](path[1:]), value)
        if value is None:
            return None
    return {**context, name: value}


@builtin("context merge", "contexts")
def _context_merge(frame: Frame, contexts: Value) -> Value:
    found = items(frame, "context merge", contexts)
    if found is None:
        return None
    merged: dict[str, Value] = {}
    for context in found:
        if not isinstance(context, dict):
            return wrong(frame, "context merge", "context", context)
        frame.work().charge(len(context))
        merged |= context
    return merged


@builtin("string join", "list, delimiter?")
def _string_join(frame: Frame, list_: Value, delimiter: Value = None) -> Value:
    found = several(frame, "string join", (list_,))
    between = "" if delimiter is None else text(frame, "string join", delimiter)
    if found is None or between is None:
        return None
    parts = [part for part in found if part is not None]
    if not all(isinstance(part, str) for part in parts):
        return frame.problem("string join: not every item is a string")
    words = [str(part) for part in parts]
    frame.work().charge_text(sum(map(len, words)) + len(between) * len(words))
    return between.join(words)
