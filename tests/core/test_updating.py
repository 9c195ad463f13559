"""When a box may be updated, and what becomes of a release on trial."""

import pytest

from edge.core.policy.updating import GATE_S, MOST_RESTARTS, MOST_TRIES, NEEDED_S, Look, Trial, Verdict, judge, why_not

WELL, SICK = Look(""), Look("loa không trả lời")


def after(looks: list[tuple[float, Look]], trial: Trial | None = None) -> Verdict:
    trial, verdict = trial or Trial(0.0), Verdict.WAIT
    for now_s, look in looks:
        trial, verdict = judge(trial, look, now_s)
        if verdict is not Verdict.WAIT:
            break
    return verdict


def test_a_release_is_kept_after_it_was_well_long_enough_without_a_break() -> None:
    assert after([(0, WELL), (NEEDED_S - 1, WELL)]) is Verdict.WAIT
    assert after([(0, WELL), (NEEDED_S, WELL)]) is Verdict.KEEP
    assert after([(0, WELL), (60, SICK), (61, WELL), (NEEDED_S + 60, WELL)]) is Verdict.WAIT


def test_a_release_that_does_not_get_well_in_time_goes_back() -> None:
    assert after([(GATE_S - 1, SICK)]) is Verdict.WAIT
    assert after([(GATE_S, SICK)]) is Verdict.GO_BACK
    flapping = [(float(at), WELL if at % 100 else SICK) for at in range(0, int(GATE_S) + 10, 10)]
    assert after(flapping) is Verdict.GO_BACK


def test_one_that_dies_again_and_again_goes_back_at_once() -> None:
    assert after([(1, Look("", MOST_RESTARTS + 1))]) is Verdict.GO_BACK
    assert after([(1, WELL)], Trial(0.0, MOST_TRIES + 1)) is Verdict.GO_BACK


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"flood": {"stands": [{"name": "Cầu Đoài"}]}}, "Cầu Đoài"),
        ({"on_air": [{}]}, "đang phát"),
        ({"storm": [{}]}, "bão"),
        ({"bulletins": [{"state": "queued"}]}, "sắp phát"),
        ({"talks": [{"ended_at_ms": None}]}, "trực tiếp"),
        ({"power": {"mains": False}}, "điện lưới"),
    ],
)
def test_nothing_is_updated_while_somebody_needs_the_box(state: dict[str, object], words: str) -> None:
    assert words in why_not(state)


def test_an_idle_box_may_be_updated() -> None:
    idle: dict[str, object] = {"flood": {"stands": []}, "on_air": [], "talks": [{"ended_at_ms": 1}], "power": None}
    assert why_not(idle) == ""
    assert why_not({}) == ""
