"""When a camera itself becomes an incident."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as some

from edge.core.policy.camera_health import (
    OFFLINE,
    TELL_EVERY_S,
    UNCONFIRMED_S,
    Began,
    Condition,
    Connected,
    Fact,
    Over,
    Restarted,
    Scene,
    decide,
    may_tell,
    resumed,
)
from edge.core.vision import SceneTrouble

OFFLINE_S = 120.0


def told(*facts: tuple[float, Fact], start: Condition | None = None) -> list[tuple[float, Began | Over]]:
    condition = start or Condition(gone_since=None)
    actions: list[tuple[float, Began | Over]] = []
    for now, fact in facts:
        condition, done = decide(condition, fact, OFFLINE_S, now)
        actions += [(now, action) for action in done]
    return actions


def test_a_camera_that_is_gone_for_long_is_an_incident_until_it_is_back() -> None:
    assert told(
        (0.0, Connected(online=False)), (119.0, None), (120.0, None), (121.0, None), (300.0, Connected(online=True))
    ) == [(120.0, Began(OFFLINE)), (300.0, Over(OFFLINE))]


def test_short_breaks_do_not_add_up() -> None:
    breaks = [(float(t), Connected(online=t % 100 == 0)) for t in range(0, 1000, 50)]
    assert told(*breaks) == []


def test_a_covered_camera_is_told_at_once_and_another_trouble_takes_its_place() -> None:
    assert told(
        (1.0, Scene(SceneTrouble.COVERED)), (2.0, Scene(SceneTrouble.BLURRED)), (3.0, Scene(None))
    ) == [
        (1.0, Began("covered")),
        (2.0, Over("covered")),
        (2.0, Began("blurred")),
        (3.0, Over("blurred")),
    ]  # fmt: skip


def test_a_camera_may_be_covered_and_gone() -> None:
    assert told((0.0, Scene(SceneTrouble.COVERED)), (1.0, Connected(online=False)), (121.0, None)) == [
        (0.0, Began("covered")),
        (121.0, Began(OFFLINE)),
    ]


def test_a_shard_that_started_again_confirms_the_trouble_or_takes_it_back() -> None:
    covered = (0.0, Scene(SceneTrouble.COVERED))
    assert told(covered, (1.0, Restarted()), (UNCONFIRMED_S, None), (UNCONFIRMED_S + 1, None)) == [
        (0.0, Began("covered")),
        (UNCONFIRMED_S + 1, Over("covered")),
    ]
    confirmed = (2.0, Scene(SceneTrouble.COVERED))
    assert told(covered, (1.0, Restarted()), confirmed, (9 * UNCONFIRMED_S, None)) == [(0.0, Began("covered"))]


def test_after_a_restart_of_the_box_what_was_open_still_is() -> None:
    start = resumed({OFFLINE, "frozen"}, 0.0)
    assert told((1.0, None), (200.0, Connected(online=True)), start=start) == [(200.0, Over(OFFLINE))]


def test_a_power_cut_in_a_hamlet_writes_one_sms() -> None:
    assert may_tell(None, 5.0)
    assert not may_tell(5.0, 5.0 + TELL_EVERY_S - 1)
    assert may_tell(5.0, 5.0 + TELL_EVERY_S)


FACTS = some.one_of(
    some.none(),
    some.builds(Connected, some.booleans()),
    some.builds(Scene, some.one_of(some.none(), some.sampled_from(SceneTrouble))),
    some.just(Restarted()),
)


@given(some.lists(some.tuples(some.floats(0, 700), FACTS), max_size=30))
@settings(max_examples=150, deadline=None)
def test_every_trouble_begins_before_it_is_over_and_at_most_one_is_of_the_scene(
    steps: Sequence[tuple[float, Fact]],
) -> None:
    condition, now = Condition(gone_since=None), 0.0
    open_: set[str] = set()
    for wait, fact in steps:
        now += wait
        condition, actions = decide(condition, fact, OFFLINE_S, now)
        for action in actions:
            (open_.add if isinstance(action, Began) else open_.remove)(action.trouble)
        assert condition.open == open_
        assert len(open_ - {OFFLINE}) <= 1
