"""A template is filled with str.format, which reaches into objects: nothing but plain names may stand in it."""

import pytest

from edge.config.crosscheck import GAUGE_BLANKS
from edge.config.load import parse
from edge.core.errors import MisconfiguredError
from tests.config.test_errors import GOOD

TEMPLATE = '\n[[template]]\nid = "thu"\ntext = "{text}"\napproved_by = "Chủ tịch"\napproved_on = 2026-01-15\n'


@pytest.mark.parametrize(
    "blank",
    [
        "{place.__class__}",
        "{place.__class__.__init__.__globals__}",
        "{place[0]}",
        "{place!r}",
        "{level:>999999999}",
        "{level:{value}}",
        "{}",
        "{0}",
        "{ place}",
        "{self}",
        "{place",
    ],
)
def test_a_blank_that_is_no_plain_name_stops_the_start(blank: str) -> None:
    with pytest.raises(MisconfiguredError, match=r"template\[\d+\]\.text"):
        parse((GOOD + TEMPLATE.replace("{text}", f"Chú ý {blank}!")).encode(), "x.toml")


def test_the_plain_names_and_doubled_braces_are_taken() -> None:
    words = " ".join(f"{{{name}}}" for name in sorted(GAUGE_BLANKS)) + " {{một}}"
    config = parse((GOOD + TEMPLATE.replace("{text}", words)).encode(), "x.toml")
    assert config.template[-1].text.format(**dict.fromkeys(GAUGE_BLANKS, "x")) == "x x x x x x x {một}"
