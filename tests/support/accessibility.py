"""What axe-core finds on a page, in words."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.support import packages

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"


def problems(page: Page) -> list[str]:
    """Each rule of WCAG 2.2 AA or of good practice that the page breaks, and where."""
    if not page.evaluate("() => 'axe' in window"):
        # Evaluated and not added as a script: pages allow no script that is not their own.
        page.evaluate((packages.package("axe-core") / "axe.min.js").read_text())
    found = page.evaluate(RUN, RULES)["violations"]
    return [_words(rule) for rule in found]


def _words(rule: dict[str, object]) -> str:
    nodes = rule["nodes"]
    assert isinstance(nodes, list)
    places = [f"  {node['target']}: {node['html'][:160]}" for node in nodes]
    return "\n".join([f"{rule['id']}: {rule['help']}", *places])
