"""Pages of documentation become HTML, and nothing in them becomes more than text."""

from __future__ import annotations

from pathlib import Path

from lxml import html

from web import prose

DOCS = Path(__file__).parents[2] / "docs"


def test_each_form_becomes_its_element():
    text = (
        "# T\n\na `b<` **c** *d* [e](f.md)\ng\n\n- h\n  i\n- j\n\n| k | l |\n|---|---|\n| m | `n` |"
    )
    assert prose.title(text) == "T"
    assert prose.html(prose.below(text)) == (
        "<p>a <code>b&lt;</code> <strong>c</strong> <em>d</em> "
        '<a href="f.md">e</a> g</p>\n<ul><li>h i</li><li>j</li></ul>\n'
        '<table class="table"><thead><tr><th scope="col">k</th><th scope="col">l</th></tr></thead>'
        "<tbody><tr><td>m</td><td><code>n</code></td></tr></tbody></table>"
    )


def test_nothing_that_is_written_becomes_markup():
    assert "<script>" not in prose.html("<script>x</script>\n\n```\n<script>\n```\n\n`<script>`")


def test_the_whole_page_is_read():
    page = (DOCS / "feel.md").read_text(encoding="utf-8")
    tree = html.fromstring(f"<div>{prose.html(page)}</div>")
    assert len(tree.findall(".//h2")) == page.count("\n## ")
    assert len(tree.findall(".//pre")) == page.count("```feel")
    shown = " ".join("".join(map(str, tree.itertext())).split())
    assert "**" not in shown.replace("2 ** 10", "").replace("2 ** 2", "").replace("2 ** 3 ** 2", "")
