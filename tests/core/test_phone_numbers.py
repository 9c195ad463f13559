"""Whose answer counts: the number of the roster in any spelling, and no name that only looks like it."""

import pytest

from edge.core.alert import ways_to_write


@pytest.mark.parametrize("sender", ["0912345678", "84912345678", "+84912345678", "0912 345 678", "+84 (91) 234-56.78"])
def test_every_spelling_of_a_number_is_that_number(sender: str) -> None:
    assert "0912345678" in ways_to_write(sender)
    assert "+84912345678" in ways_to_write(sender)


@pytest.mark.parametrize(
    "sender",
    [
        "UBND0912345678",  # a sender's name, which anybody can buy with a bulk of messages
        "0912345678X",
        "+10912345678",  # the same digits in another country
        "+0912345678",
        "+1912345678",
        "٠٩١٢٣٤٥٦٧٨",
        "198",
        "",
    ],
)
def test_what_only_ends_like_a_number_of_the_roster_is_nobodys(sender: str) -> None:
    assert "0912345678" not in ways_to_write(sender)
    assert "84912345678" not in ways_to_write(sender)
