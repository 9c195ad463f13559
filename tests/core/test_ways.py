"""Which way out is used, as a table of what was heard when."""

from edge.core.moment import Steady
from edge.core.policy.ways import FLAP_S, LONGEST_STEADY_S, STEADY_S, Ways, choose, heard, ways_of


def after(ways: Ways, *facts: tuple[float, str, bool]) -> Ways:
    """The ways after these tries: (when, which, whether it worked)."""
    for at_s, name, works in facts:
        ways = choose(heard(ways, name, Steady(at_s), works=works), Steady(at_s))
    return ways


def steady_again(ways: Ways, name: str, from_s: float, for_s: float) -> Ways:
    return after(ways, *((from_s + step, name, True) for step in range(0, round(for_s) + 1, 10)))


BOTH = ways_of(["fibre", "4g"])


def test_the_best_is_used_while_it_works() -> None:
    assert after(BOTH, (0, "fibre", True), (1, "4g", True)).name == "fibre"


def test_a_way_that_fails_is_left_at_once() -> None:
    assert after(BOTH, (0, "fibre", True), (1, "fibre", False)).name == "4g"


def test_a_better_way_is_taken_again_only_when_it_was_steady_for_a_minute() -> None:
    away = after(BOTH, (0, "fibre", False))
    assert steady_again(away, "fibre", 10, STEADY_S - 10).name == "4g"
    assert steady_again(away, "fibre", 10, STEADY_S).name == "fibre"


def test_one_failure_within_the_minute_begins_it_anew() -> None:
    away = steady_again(after(BOTH, (0, "fibre", False)), "fibre", 10, 50)
    away = after(away, (65, "fibre", False))
    assert steady_again(away, "fibre", 70, 50).name == "4g"


def test_a_way_that_flaps_must_prove_itself_longer_each_time_but_not_for_ever() -> None:
    ways, now_s, waits_s = after(BOTH, (0, "fibre", False)), 10.0, []
    for _ in range(8):
        began_s = now_s
        while ways.name == "4g":
            ways = after(ways, (now_s, "fibre", True))
            now_s += 10
        waits_s.append(now_s - 10 - began_s)
        ways = after(ways, (now_s, "fibre", False))
        now_s += 10
    assert waits_s == [60, 120, 240, 480, 960, 1800, 1800, 1800]
    assert max(waits_s) == LONGEST_STEADY_S


def test_a_way_that_held_for_long_is_forgiven() -> None:
    ways = steady_again(after(BOTH, (0, "fibre", False)), "fibre", 10, STEADY_S)
    ways = after(ways, (70 + FLAP_S, "fibre", False))
    assert steady_again(ways, "fibre", 1_000, STEADY_S).name == "fibre"


def test_when_no_way_works_each_has_its_turn() -> None:
    ways, used = BOTH, []
    for at_s in range(6):
        used.append(ways.name)
        ways = after(ways, (at_s, ways.name, False))
    assert used == ["fibre", "4g", "fibre", "4g", "fibre", "4g"]


def test_an_only_way_stays_the_way() -> None:
    assert after(ways_of(["fibre"]), (0, "fibre", False), (1, "fibre", False)).name == "fibre"
