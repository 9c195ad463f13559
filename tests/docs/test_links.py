"""What the documents point at is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_OURS = {".venv", "var", "assets", "build", "dist", "node_modules"}
IMAGES = ROOT / "docs" / "img"
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def documents() -> list[Path]:
    found = (path for path in ROOT.rglob("*.md") if not any(_hidden(part) for part in path.relative_to(ROOT).parts))
    return sorted(found)


def _hidden(part: str) -> bool:
    return part in NOT_OURS or part.startswith(".")


def links(document: Path) -> list[str]:
    text = _FENCE.sub("", document.read_text())
    return [link for link in _LINK.findall(text) if not re.match(r"[a-z]+:", link)]


def anchors(document: Path) -> set[str]:
    """The headings of a page, as a forge makes anchors of them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    for link in links(document):
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        if target.parent == IMAGES:
            continue
        assert target.exists(), f"{document.relative_to(ROOT)}: {link}"
        assert target.is_relative_to(ROOT), f"{document.relative_to(ROOT)}: {link} leaves the repository"
        assert not anchor or anchor in anchors(target), f"{document.relative_to(ROOT)}: {link}"


def test_the_screenshots_that_are_shown_are_there() -> None:
    shown = {link for document in documents() for link in links(document) if "docs/img/" in link}
    assert shown
    if not any(IMAGES.glob("*.png")):
        pytest.skip("docs/img is empty: ./run shots makes the pictures")
    assert all((ROOT / link).is_file() for link in shown)
