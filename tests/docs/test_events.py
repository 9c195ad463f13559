"""docs/ref/events.md says what really leaves the commune."""

import re
from pathlib import Path

from edge.core.passage import Footprint, Passage
from edge.store.passages import detection_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ref" / "events.md").read_text()


def test_a_detection_has_the_documented_fields_and_nothing_that_names_a_picture() -> None:
    row, _all_of_it = re.findall(r"^\| `detection.seen` \|.*$", PAGE, re.MULTILINE)
    told = detection_of(Passage(1, 2, "person", 0.5, 3, (Footprint(0, 0.1, 0.2, 0.3), Footprint(1, 0.2, 0.3, 0.3))))
    assert set(re.findall(r"`([a-z_]+)`", row)) == told.keys()
    assert not [name for name in told if "sha" in name or "path" in name or "still" in name]


def test_every_kind_of_event_that_the_store_writes_is_named() -> None:
    written: set[str] = set()
    for path in (ROOT / "edge").rglob("*.py"):
        written |= set(re.findall(r'tx\.event\(\s*\S+(?: if \S+ else \S+)?, "([a-z_]+\.[a-z_]+)"', path.read_text()))
    assert written
    for kind in written:
        thing = kind.partition(".")[0]
        assert f"`{kind}`" in PAGE or f"`{thing}.*`" in PAGE, kind
