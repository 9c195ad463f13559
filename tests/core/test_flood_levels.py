import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.moment import AtMs
from edge.core.place import StationId
from edge.core.policy.flood.levels import DWELL_MS, Direction, Standing, follow
from edge.core.policy.flood.risk import RISKS, risk_from_text
from edge.core.policy.flood.wave import wave
from edge.core.policy.flood.words import message
from edge.core.policy.ladder.wording import units
from edge.core.sensing import Quality, Reading

LEVELS = (1.2, 2.2, 2.7)
HOUR_MS = 3_600_000


def level(value: float, at_ms: int = HOUR_MS, quality: Quality = Quality.GOOD) -> Reading:
    return Reading(StationId("lt"), "level", value, "m", AtMs(at_ms), quality)


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        (0, 1.19, 0), (0, 1.2, 1), (0, 2.9, 3), (1, 1.1, 1), (1, 1.09, 0), (2, 2.1, 2), (2, 2.09, 1), (3, 2.6, 3),
        (3, 2.59, 2), (3, 0.2, 0),
    ],
)  # fmt: skip
def test_a_level_rises_at_its_mark_and_falls_clearly_below_it(before: int, value: float, after: int) -> None:
    standing, crossings = follow(Standing(before), level(value), LEVELS)
    assert standing.level == after
    assert len(crossings) == abs(after - before)
    assert {crossing.direction for crossing in crossings} <= {Direction.UP if after > before else Direction.DOWN}


@pytest.mark.parametrize("quality", [quality for quality in Quality if quality is not Quality.GOOD])
def test_a_bad_reading_decides_nothing(quality: Quality) -> None:
    assert follow(Standing(), level(9.0, quality=quality), LEVELS) == (Standing(), ())


def test_the_same_reading_again_changes_nothing() -> None:
    once, crossings = follow(Standing(), level(1.3), LEVELS)
    assert len(crossings) == 1
    assert follow(once, level(1.3), LEVELS) == (once, ())


def test_a_level_that_was_reached_just_now_is_not_left_at_once_but_a_higher_one_is_reached() -> None:
    standing, _ = follow(Standing(), level(1.3, HOUR_MS), LEVELS)
    held, crossings = follow(standing, level(0.9, HOUR_MS + DWELL_MS - 1), LEVELS)
    assert (held.level, crossings) == (1, ())
    assert follow(held, level(2.3, HOUR_MS + DWELL_MS), LEVELS)[0].level == 2
    assert follow(held, level(0.9, HOUR_MS + DWELL_MS), LEVELS)[0].level == 0


@given(st.lists(st.floats(1.1005, 1.1995), max_size=50))
def test_a_wave_within_the_hysteresis_never_rings_twice(heights: list[float]) -> None:
    standing, changes = Standing(), 0
    for number, height in enumerate([1.25, *heights]):
        standing, crossings = follow(standing, level(height, number * HOUR_MS + HOUR_MS), LEVELS)
        changes += len(crossings)
    assert changes == 1


def test_the_wave_of_a_drill_meets_every_level_and_leaves_them_all() -> None:
    for highest in (1, 2, 3):
        standing, met = Standing(), []
        for number, height in enumerate(wave(LEVELS, highest)):
            standing, crossings = follow(standing, level(height, number), LEVELS, dwell_ms=0)
            met += [(crossing.level, str(crossing.direction)) for crossing in crossings]
        up = [(number, "up") for number in range(1, highest + 1)]
        assert met == up + [(number, "down") for number, _ in reversed(up)]


@given(st.text(min_size=1, max_size=80), st.sampled_from(["BÁO ĐỘNG 3", "DIỄN TẬP NƯỚC RÚT, CÒN BÁO ĐỘNG 2"]))
def test_a_message_is_one_part_and_only_the_name_is_shortened(name: str, head: str) -> None:
    text = message(head, name, "12,35m", AtMs(1_790_000_000_000))
    assert units(text) <= 70
    assert text.startswith(head)
    assert "12,35m" in text
    assert text.endswith(("Đáp 1.", "Đáp 1 khi nhận."))


def test_the_five_levels_of_risk_have_their_legal_colours() -> None:
    colours = ["xanh da trời nhạt", "vàng nhạt", "da cam", "đỏ", "tím"]
    assert [risk.colour for risk in RISKS.values()] == colours
    assert risk_from_text(" 3 ") is RISKS[3]
    assert [risk_from_text(text) for text in ("0", "6", "", "ba", "²")] == [None] * 5
