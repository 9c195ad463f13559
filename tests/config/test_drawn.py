"""A rule from a page is checked like the file's own, and its lines say the same again."""

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from edge.config.cameras import labels_of
from edge.config.drawn import as_toml, drawn_rule
from edge.config.schema import Line, Zone
from edge.core.errors import FinalError

SHARE = some.floats(0, 1).map(lambda share: round(share, 4))
CORNER = some.tuples(SHARE, SHARE).map(list)
NAME = some.text(some.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=80)
COMMON = {"name": NAME, "min_hits": some.integers(1, 30), "min_score": SHARE, "quiet_s": some.floats(2, 3600)}
ZONES = some.fixed_dictionaries({"polygon": some.lists(CORNER, min_size=3, max_size=30)}, optional=COMMON)
LINES = some.fixed_dictionaries(
    {"points": some.lists(CORNER, min_size=2, max_size=2, unique_by=tuple)},
    optional=COMMON | {"direction": some.sampled_from(["both", "left_to_right"])},
)
TRIANGLE = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]


@given(some.one_of(ZONES, LINES))
@settings(max_examples=150, deadline=None)
def test_the_lines_for_the_file_mean_the_rule_that_was_drawn(table: dict[str, Any]) -> None:
    rule = drawn_rule(table, set())
    kind = "zone" if isinstance(rule, Zone) else "line"
    (again,) = tomllib.loads(as_toml(rule))["camera"][kind]
    assert drawn_rule(again, set()) == rule


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"polygon": TRIANGLE[:2]}, "ít nhất 3"),
        ({"polygon": TRIANGLE, "rule": "river_bank", "gauge": "song", "above_m": 2.0}, "không có trạm đo"),
        ({"polygon": TRIANGLE, "active": "tối"}, "22:00-05:00"),
        ({"points": TRIANGLE}, "đúng 2"),
        ({}, "points"),
    ],
)
def test_what_is_wrong_is_said_as_in_the_file(table: dict[str, Any], words: str) -> None:
    with pytest.raises(FinalError, match=words):
        drawn_rule(table, set())


@pytest.mark.parametrize(
    ("rule", "labels", "looks_for"),
    [
        ("enter", None, {"person"}),
        ("closed_street", None, {"car", "motorcycle", "bus", "truck"}),
        ("parked", None, {"car", "motorcycle", "bus", "truck"}),
        ("parked", ["truck"], {"truck"}),
        ("loiter", ["dog", "person"], {"dog", "person"}),
    ],
)
def test_a_street_that_is_closed_means_vehicles_unless_others_are_named(
    rule: str, labels: list[str] | None, looks_for: set[str]
) -> None:
    more = {"after_s": 60} if rule in ("parked", "loiter") else {}
    table = {"polygon": TRIANGLE, "rule": rule} | more | ({"labels": labels} if labels else {})
    assert labels_of(drawn_rule(table, set())) == looks_for


def test_a_line_looks_for_people() -> None:
    line = drawn_rule({"points": TRIANGLE[:2]}, set())
    assert isinstance(line, Line)
    assert labels_of(line) == {"person"}
