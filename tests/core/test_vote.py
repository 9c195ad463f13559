"""Two gauges at one place: every pair of what they can say."""

import pytest

from edge.core.policy.flood.limits import MINUTE_MS
from edge.core.policy.flood.vote import Verdict, Voice, vote
from edge.core.sensing import Quality

G, D, J, Z, S, OUT = (
    Quality.GOOD,
    Quality.DISAGREES,
    Quality.JUMP,
    Quality.ZERO,
    Quality.STUCK,
    Quality.OUT_OF_RANGE,
)


def says(value: float, quality: Quality = G, *, still: bool = False, fresh: bool = True, minute: int = 0) -> Voice:
    return Voice(value, minute * MINUTE_MS, quality, still, fresh)


TABLE = {
    "alone and good": (says(3.0), None, None, Verdict(G, 3.0)),
    "alone and bad": (says(3.0, J), None, 1.0, Verdict(J, None)),
    "the other one is silent": (says(3.0), says(1.0, fresh=False), 1.0, Verdict(G, 3.0)),
    "the other one is out of range": (says(3.0), says(99.0, OUT), 1.0, Verdict(G, 3.0)),
    "the other one is stuck": (says(3.0), says(1.0, S), 1.0, Verdict(G, 3.0)),
    "the other one leaps": (says(3.0), says(9.0, J), 3.0, Verdict(G, 3.0)),
    "this one is out of range": (says(99.0, OUT), says(3.0), 3.0, Verdict(OUT, None)),
    "they agree": (says(3.0), says(3.15), 2.9, Verdict(G, 3.0)),
    "they agree, ten minutes apart in a flood": (says(3.0), says(2.5, minute=10), 2.9, Verdict(G, 3.0)),
    "one drifts up": (says(3.0), says(1.0), 1.0, Verdict(D, 1.0)),
    "one drifts down": (says(1.0), says(3.0), 3.0, Verdict(D, 3.0)),
    "both rose, differently": (says(3.0), says(3.5), 1.0, Verdict(D, 3.0)),
    "both fell, differently": (says(0.5), says(1.0), 3.0, Verdict(D, 1.0)),
    "they never agreed": (says(3.0), says(1.0), None, Verdict(D, 1.0)),
    "the other one stands still": (says(3.0), says(1.0, still=True), 1.0, Verdict(G, 3.0)),
    "this one stands still": (says(1.0, still=True), says(3.0), 3.0, Verdict(S, None)),
    "both stand still": (says(1.0, still=True), says(3.0, still=True), 3.0, Verdict(D, 3.0)),
    "a leap that the other shows": (says(5.0, J), says(4.9), 4.9, Verdict(G, 5.0, (True, False))),
    "a leap that the other does not show": (says(5.0, J), says(1.0), 1.0, Verdict(J, None)),
    "both leap": (says(5.0, J), says(4.9, J), 1.0, Verdict(G, 5.0, (True, True))),
    "both leap elsewhere": (says(5.0, J), says(8.0, J), 1.0, Verdict(J, None)),
    "the other leapt to where this one is": (says(5.0), says(4.9, J), 4.0, Verdict(G, 5.0, (False, True))),
    "both drop to zero": (says(0.0, Z), says(0.0, Z), 3.0, Verdict(Z, None)),
    "a drop to zero that the other one shows": (says(0.0, Z), says(0.1), 3.0, Verdict(G, 0.0, (True, False))),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_place_says_what_the_table_says(name: str) -> None:
    taken, other, standing, verdict = TABLE[name]
    assert vote(taken, other, standing) == verdict


def test_one_that_drifts_moves_the_place_by_nothing_whatever_it_says() -> None:
    standing = 2.0
    for tenth in range(100):
        verdict = vote(says(2.0 + tenth / 10), says(2.0), standing)
        assert verdict.place is not None
        standing = verdict.place
    assert standing <= 2.2
