"""Packet sizes wake a camera only where they were right so far."""

from collections import deque

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edge.workers.vision.decode.hint import Hint, area_under_curve

PER_GROUP = 29
Scores = st.lists(st.floats(-10, 10), min_size=1, max_size=30)


def play(hint: Hint, groups: int, *, factor: float, every: int = 8, seed: int = 1) -> list[tuple[bool, bool]]:
    """Groups of packets; in every ``every``th a thing moves and makes ten packets larger: (moved, alarmed) of each."""
    random = np.random.default_rng(seed)
    told = []
    for group in range(groups):
        moved = group % every == 0
        sizes = 1500 * np.exp(random.normal(0, 0.15, PER_GROUP))
        if moved:
            sizes[5:15] *= factor
        alarmed = [hint.add(int(size)) for size in sizes]
        hint.judge(moved=moved, steady=group * 2.0)
        told.append((moved, any(alarmed)))
    return told


def test_camera_whose_packets_grow_with_motion_earns_trust_and_is_woken_by_them() -> None:
    hint = Hint()
    play(hint, 400, factor=3.0)
    assert hint.auc > 0.95
    assert hint.trusted
    told = play(hint, 400, factor=3.0, seed=2)
    assert sum(alarmed for moved, alarmed in told if moved) > 40
    assert sum(alarmed for moved, alarmed in told if not moved) <= 1


def test_camera_with_constant_bitrate_is_not_trusted() -> None:
    hint = Hint()
    told = play(hint, 400, factor=1.0)
    assert 0.3 < hint.auc < 0.7
    assert not hint.trusted
    assert not any(alarmed for _, alarmed in told)


def test_nothing_is_trusted_before_there_is_enough_of_both_kinds() -> None:
    hint = Hint()
    play(hint, 110, factor=5.0)
    assert (hint.auc, hint.trusted) == (0.0, False)


def test_hint_that_was_wrong_too_often_is_not_trusted_for_an_hour() -> None:
    hint = Hint()
    play(hint, 400, factor=3.0)
    told = []
    for group in range(60):  # the same sizes as before, and nothing moves: rain on the lens
        told.append(any(hint.add(6000) for _ in range(10)))
        for _ in range(400):
            hint.add(1500)
        hint.judge(moved=False, steady=1000.0 + group)
    assert 1 <= sum(told) <= 6
    assert not any(told[20:])


@given(Scores, Scores)
def test_area_under_curve_is_that_of_all_pairs(positive: list[float], negative: list[float]) -> None:
    pairs = [(one > other) + 0.5 * (one == other) for one in positive for other in negative]
    assert abs(area_under_curve(deque(positive), deque(negative)) - sum(pairs) / len(pairs)) < 1e-9


@given(st.lists(st.integers(0, 10_000_000), max_size=200))
def test_any_sizes_are_borne_and_never_alarm_an_untrusted_camera(sizes: list[int]) -> None:
    hint = Hint()
    assert not any(hint.add(size) for size in sizes)
