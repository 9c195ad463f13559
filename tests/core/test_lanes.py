"""Whose turn it is, what goes when there is too much, and how a tombstone reads."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.policy.lanes import (
    BUDGETS,
    DAY_MS,
    MEGABYTE,
    WEIGHTS,
    Drop,
    Lane,
    Load,
    Turn,
    closed_lanes,
    take_turns,
    what_to_drop,
)
from edge.core.policy.room import Level
from edge.core.policy.tombstones import Tombstone, Why, as_data, from_data, merged, of_rows

NOW = 1_790_000_000_000


def drained(queues: dict[int, list[int]], most: int) -> list[list[int]]:
    """The batches until nothing waits."""
    left, turn, batches = {lane: list(sizes) for lane, sizes in queues.items()}, Turn(), []
    while any(left.values()):
        order, turn = take_turns(turn, {lane: sizes[:most] for lane, sizes in left.items()}, most)
        assert order
        for lane in order:
            left[lane].pop(0)
        batches.append(order)
    return batches


def test_alarms_go_before_everything() -> None:
    order, _ = take_turns(Turn(), {0: [300] * 5, 1: [300] * 50, 2: [300] * 50, 3: [300] * 50}, 20)
    assert order[:5] == [0] * 5
    assert 0 not in order[5:]


def test_a_lane_of_long_events_takes_no_more_bytes_than_its_weight() -> None:
    queues = {1: [300] * 4000, 2: [3_000] * 4000, 3: [300] * 4000}
    sent: Counter[int] = Counter()
    for order in drained(queues, 200)[:20]:
        for lane in order:
            sent[lane] += queues[lane][0]
    assert sent[2] / sent[1] == pytest.approx(WEIGHTS[Lane.TELEMETRY] / WEIGHTS[Lane.RESULT], rel=0.1)
    assert sent[3] / sent[1] == pytest.approx(WEIGHTS[Lane.MEDIA] / WEIGHTS[Lane.RESULT], rel=0.1)


@pytest.mark.parametrize("most", [1, 2, 20, 200])
def test_no_lane_starves_whatever_the_length_of_a_batch(most: int) -> None:
    order = [lane for batch in drained({1: [250] * 900, 2: [250] * 900, 3: [250] * 900}, most) for lane in batch]
    first_media = order.index(3)
    assert first_media <= 60
    assert Counter(order[:400])[1] > Counter(order[:400])[2] > Counter(order[:400])[3] > 20


def test_a_lane_that_was_silent_has_saved_nothing_up() -> None:
    turn = Turn()
    for _ in range(50):
        _, turn = take_turns(turn, {1: [250] * 20}, 20)
    order, _ = take_turns(turn, {1: [250] * 200, 2: [250] * 200}, 200)
    assert Counter(order)[1] > Counter(order)[2]


@given(
    st.fixed_dictionaries({lane: st.lists(st.integers(121, 400_000), max_size=30) for lane in range(4)}),
    st.integers(1, 40),
)
def test_everything_goes_out_once_and_every_batch_is_as_long_as_it_may_be(
    queues: dict[int, list[int]], most: int
) -> None:
    batches = drained(queues, most)
    assert Counter(lane for batch in batches for lane in batch) == {k: len(v) for k, v in queues.items() if v}
    assert all(len(batch) == most for batch in batches[:-1])


def load(lane: Lane, megabytes: float = 1, age_days: float = 1) -> Load:
    return Load(lane, 1000, int(megabytes * MEGABYTE), NOW - int(age_days * DAY_MS))


BUDGET_MB = {lane: (budget.bytes or 0) / MEGABYTE for lane, budget in BUDGETS.items()}


@pytest.mark.parametrize(
    ("loads", "level", "acked", "wanted"),
    [
        ([load(Lane.ALARM, 3000, 400)], Level.RED, 0, []),
        ([load(Lane.RESULT, 500, 100)], Level.RED, 0, []),
        ([load(Lane.RESULT, BUDGET_MB[Lane.RESULT] + 1)], Level.GREEN, 0, [(Lane.RESULT, Why.BUDGET)]),
        ([load(Lane.TELEMETRY, 1, 31)], Level.GREEN, 0, [(Lane.TELEMETRY, Why.AGE)]),
        ([load(Lane.TELEMETRY, 300)], Level.GREEN, 0, []),
        ([load(Lane.TELEMETRY, 300)], Level.YELLOW, 5, []),
        ([load(Lane.TELEMETRY, 300)], Level.YELLOW, 0, [(Lane.TELEMETRY, Why.PRESSURE)]),
        ([load(Lane.TELEMETRY, 20)], Level.YELLOW, 0, []),
        (
            [load(Lane.RESULT), load(Lane.TELEMETRY, 20), load(Lane.MEDIA)],
            Level.RED,
            0,
            [(Lane.MEDIA, Why.PRESSURE), (Lane.TELEMETRY, Why.PRESSURE)],
        ),
    ],
)
def test_what_goes_is_of_the_least_value_and_never_an_alarm(
    loads: list[Load], level: Level, acked: int, wanted: list[tuple[Lane, Why]]
) -> None:
    assert [(one.lane, one.why) for one in what_to_drop(loads, NOW, level, acked)] == wanted


def test_a_clock_in_doubt_makes_nothing_too_old() -> None:
    assert what_to_drop([load(Lane.TELEMETRY, 1, 400)], None, Level.GREEN, 0) == []


def test_only_telemetry_is_not_queued_and_only_at_red() -> None:
    assert [closed_lanes(level) for level in Level] == [frozenset(), frozenset(), frozenset({2})]


def test_a_drop_by_budget_names_what_is_too_much() -> None:
    (found,) = what_to_drop([load(Lane.MEDIA, BUDGET_MB[Lane.MEDIA] + 2)], NOW, Level.GREEN, 0)
    assert found == Drop(Lane.MEDIA, Why.BUDGET, 2 * MEGABYTE)


def test_two_tombstones_become_one_that_covers_both() -> None:
    one, other = of_rows(2, Why.AGE, [(5, 100), (9, 90)]), of_rows(2, Why.AGE, [(12, 300)])
    assert merged(one, other) == Tombstone(2, Why.AGE, 5, 12, 3, 90, 300)


def test_what_never_had_a_number_is_counted_all_the_same() -> None:
    stone = Tombstone(2, Why.NOT_QUEUED, None, None, 7, 1, 2)
    assert merged(stone, stone).first_seq is None
    assert merged(stone, of_rows(2, Why.NOT_QUEUED, [(4, 3)])) == Tombstone(2, Why.NOT_QUEUED, 4, 4, 8, 1, 3)
    assert from_data(as_data(stone)) == stone
