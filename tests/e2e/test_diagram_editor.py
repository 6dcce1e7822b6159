"""A definition goes through the diagram editor and comes back: the same text, or the text with what was drawn."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from process_defs import from_bpmn, library, reader, to_bpmn

MODELER = (
    Path(__file__).resolve().parents[2]
    / "frontend/node_modules/bpmn-js/dist/bpmn-modeler.production.min.js"
)
EDIT = """async ([xml, edits]) => {
  const editor = new BpmnJS({ container: "#canvas" });
  const read = await editor.importXML(xml);
  const element = id => editor.get("elementRegistry").get(id), modeling = editor.get("modeling");
  for (const [kind, id, value] of edits) {
    if (kind === "name") modeling.updateProperties(element(id), { name: value });
    if (kind === "lead") {
      const target = element(value);
      modeling.reconnectEnd(element(id), target, { x: target.x, y: target.y });
    }
    if (kind === "move") modeling.moveElements([element(id)], { x: 0, y: value });
  }
  const saved = await editor.saveXML({ format: true });
  editor.destroy();
  return [saved.xml, read.warnings.map(warning => warning.message)];
}"""


@pytest.fixture
def editor(page: Page) -> Page:
    if not MODELER.exists():
        pytest.skip("the diagram editor is not installed; `python3 dev.py setup` fetches it")
    page.set_content('<div id="canvas" style="width:1000px;height:600px"></div>')
    page.add_script_tag(content=MODELER.read_text(encoding="utf-8"))
    return page


def drawn(editor: Page, text: str, *edits: tuple[str, str, object]) -> str:
    xml = to_bpmn.compile(reader.read(text)).decode()
    saved, warnings = editor.evaluate(EDIT, [xml, [list(edit) for edit in edits]])
    assert warnings == []
    return from_bpmn.text(saved.encode())


def test_every_ready_made_definition_comes_back_byte_for_byte(editor: Page):
    for file in library.files():
        text = file.read_text(encoding="utf-8")
        assert drawn(editor, text) == text, file.name


def test_what_was_drawn_is_written_and_nothing_else(editor: Page):
    text = library.text("sales")
    after = drawn(
        editor,
        text,
        ("name", "contact", "Call them"),
        ("name", "flow__contact__later", "Not today"),
        ("lead", "flow__follow-up__accepted", "invoice"),
        ("move", "invoice", 20),
    )
    expected = text.replace("en: First contact", "en: Call them").replace(
        "en: Not now", "en: Not today"
    )
    expected = re.sub(
        r"accepted: \{ to: contract,(.*\n      still)", r"accepted: { to: invoice,\1", expected
    )
    assert after == expected
