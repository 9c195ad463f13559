"""What is proposed after a false alarm."""

from dataclasses import replace

import pytest

from edge.core.policy.rules.proposal import Case, Judged, propose
from edge.core.policy.rules.rule import ActiveHours
from edge.core.vision import Box
from tests.core.rules.stage import NOON, SAN

TALL = Box(0.4, 0.3, 0.6, 0.9)
SMALL = Box(0.8, 0.1, 0.82, 0.18)
FALSE = Judged(0.55, TALL, NOON)
SURE = Judged(0.9, TALL, NOON)


@pytest.mark.parametrize(
    ("case", "setting", "value"),
    [
        (Case(SAN, FALSE), "min_score", "0.57"),
        (Case(SAN, Judged(0.55, SMALL, NOON)), "min_height", "0.09"),
        (Case(SAN, SURE), "mask", "[[0.400, 0.300], [0.600, 0.300], [0.600, 0.900], [0.400, 0.900]]"),
        (Case(SAN, FALSE, others=(FALSE,)), "mask", "[[0.400, 0.300], [0.600, 0.300], [0.600, 0.900], [0.400, 0.900]]"),
        (Case(SAN, FALSE, true=(Judged(0.56, Box(0, 0, 0.1, 0.5), NOON),)), "mask", None),
        (Case(SAN, SURE, true=(SURE,)), "min_hits", "6"),
        (Case(replace(SAN, min_hits=20), SURE, true=(SURE,)), "min_hits", "30"),
    ],
)
def test_the_smallest_change_is_proposed(case: Case, setting: str, value: str | None) -> None:
    found = propose(case)
    assert found.setting == setting
    assert value in (None, found.value)
    assert found.sentence.endswith(".")


def test_false_at_the_same_hours_again_and_again_leaves_those_hours_out() -> None:
    apart = [Judged(0.9, Box(0.1 * n, 0.1, 0.1 * n + 0.05, 0.5), 5 * 60 + n) for n in range(3)]
    found = propose(Case(SAN, SURE, others=apart[:0]))
    assert found.setting == "mask"
    dawn = Judged(0.9, Box(0.8, 0.1, 0.9, 0.6), 5 * 60 + 30)
    found = propose(Case(SAN, dawn, others=apart))
    assert (found.setting, found.value) == ("active", '"05:45-04:45"')
    left = ActiveHours.parse(found.value.strip('"'))
    assert not any(left.hold(judged.minute) for judged in (dawn, *apart))


def test_no_proposal_would_have_silenced_a_true_alarm() -> None:
    true = Judged(0.6, Box(0.1, 0.1, 0.2, 0.25), 5 * 60)
    for false in (FALSE, SURE, Judged(0.5, SMALL, NOON), Judged(0.59, Box(0.1, 0.1, 0.2, 0.24), 5 * 60)):
        found = propose(Case(SAN, false, others=(false, false, false), true=(true,)))
        assert found.setting != "min_score" or true.score >= float(found.value)
        assert found.setting != "min_height" or float(found.value) <= 0.15
        assert found.setting != "active" or ActiveHours.parse(found.value.strip('"')).hold(true.minute)
