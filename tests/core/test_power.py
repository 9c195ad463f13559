"""What the mains cost: by the clock of the battery, never by a flicker, and never for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.moment import Steady
from edge.core.policy.power import BACK_S, BRIEF_S, Power, Shed, Supply, Trouble, begin, decide, sentence

ON = Supply(mains=True, low=False, charge_pct=100, runtime_s=3600)


def battery(minutes: float | None = 60, pct: float | None = 90, *, low: bool = False) -> Supply:
    return Supply(mains=False, low=low, charge_pct=pct, runtime_s=None if minutes is None else minutes * 60)


def lived(*words: tuple[float, Supply | None]) -> Power:
    power = begin(Steady(0.0))
    for at, supply in words:
        power = decide(power, supply, Steady(at))
    return power


def test_a_flicker_sheds_nothing_and_tells_nobody() -> None:
    power = lived((0, ON), (10, battery()), (10 + BRIEF_S - 1, battery()), (75, ON), (80, ON))
    assert (power.shed, power.troubles) == (Shed.NOTHING, frozenset())


def test_after_a_minute_video_goes_and_it_is_told() -> None:
    power = lived((0, ON), (10, battery()), (10 + BRIEF_S, battery()))
    assert power.shed is Shed.VIDEO
    assert power.troubles == {Trouble.MAINS}


@pytest.mark.parametrize("supply", [battery(19), battery(None, 39), battery(60, 90, low=True)])
def test_with_little_left_the_eyes_go_at_once(supply: Supply) -> None:
    assert lived((0, ON), (10, supply)).shed is Shed.EYES


def test_a_supply_that_measures_nothing_counts_by_the_clock() -> None:
    assert lived((0, ON), (10, battery(None, None)), (300, battery(None, None))).shed is Shed.VIDEO
    assert lived((0, ON), (10, battery(None, None)), (910, battery(None, None))).shed is Shed.EYES


def test_what_was_shed_comes_back_only_when_the_mains_have_stayed() -> None:
    power = lived((0, ON), (10, battery(5)), (100, ON), (100 + BACK_S - 1, ON))
    assert power.shed is Shed.EYES
    assert Trouble.MAINS not in power.troubles or power.troubles == {Trouble.MAINS}
    assert decide(power, ON, Steady(100 + BACK_S)).shed is Shed.NOTHING
    assert decide(power, ON, Steady(100 + BACK_S)).troubles == frozenset()


def test_an_estimate_that_gets_better_does_not_open_the_eyes_on_battery() -> None:
    power = lived((0, ON), (10, battery(18)), (20, battery(25)))
    assert power.shed is Shed.EYES


def test_silence_changes_nothing_but_is_told_after_a_minute() -> None:
    power = lived((0, ON), (10, battery(5)), (20, None))
    assert (power.shed, Trouble.SILENT in power.troubles) == (Shed.EYES, False)
    assert Trouble.SILENT in decide(power, None, Steady(70)).troubles
    assert Trouble.SILENT not in decide(decide(power, None, Steady(70)), battery(5), Steady(75)).troubles


def test_a_box_that_starts_on_battery_keeps_what_was_told() -> None:
    resumed = Power(troubles=frozenset({Trouble.MAINS}), since=Steady(0.0), heard=Steady(0.0))
    assert Trouble.MAINS in decide(resumed, battery(), Steady(1)).troubles


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_sentence_fits_one_message(trouble: Trouble) -> None:
    power = lived((0, ON), (10, battery(7)), (80, battery(7)))
    told = sentence(trouble, power)
    assert len(told) <= 70
    assert told.endswith(".")


WORDS = st.one_of(
    st.none(),
    st.builds(
        Supply,
        mains=st.booleans(),
        low=st.booleans(),
        charge_pct=st.one_of(st.none(), st.floats(0, 100)),
        runtime_s=st.one_of(st.none(), st.floats(0, 86_400)),
    ),
)


@given(st.lists(st.tuples(st.floats(0.1, 400), WORDS), max_size=40))
def test_on_battery_nothing_is_taken_up_again(steps: list[tuple[float, Supply | None]]) -> None:
    power, now = begin(Steady(0.0)), 0.0
    for after, supply in steps:
        now += after
        before, power = power, decide(power, supply, Steady(now))
        if supply is None or not supply.mains:
            assert power.shed >= before.shed
