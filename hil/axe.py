"""Judges an open page by axe-core: WCAG 2.2 A and AA, and what axe calls good practice is left out."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
SERIOUS = frozenset({"serious", "critical"})
_OPTIONS = {"runOnly": {"type": "tag", "values": list(STANDARDS)}, "resultTypes": ["violations"]}


@dataclass(frozen=True, slots=True)
class Fault:
    """One element that breaks one rule."""

    page: str
    rule: str
    impact: str
    target: str
    html: str

    @property
    def serious(self) -> bool:
        """Whether somebody cannot use the page because of it."""
        return self.impact in SERIOUS


def judge(page: Page, name: str) -> list[Fault]:
    """What is wrong with the page as it stands now."""
    page.evaluate(_source())
    found = page.evaluate(f"axe.run(document, {json.dumps(_OPTIONS)})")
    return [
        Fault(name, rule["id"], rule["impact"] or "", " ".join(map(str, node["target"])), node["html"][:160])
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@cache
def _source() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
