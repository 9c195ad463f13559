from edge.core.policy.chunks import FIRST_BYTES, LEAST_BYTES, MOST_BYTES, Pace, measured, pause_s


def test_a_request_lasts_two_seconds_on_whatever_line() -> None:
    assert Pace().chunk == FIRST_BYTES
    assert measured(32_000, 1.0, 0.05).chunk == 64_000
    assert measured(1_000, 1.0, 0.05).chunk == LEAST_BYTES
    assert measured(50_000_000, 1.0, 0.0).chunk == MOST_BYTES


def test_little_is_under_way_unless_the_line_is_long_and_fast() -> None:
    assert measured(32_000, 1.0, 0.05).in_flight == 16_000
    assert measured(5_000_000, 1.0, 0.001).in_flight == 32 * 1024
    assert measured(1_000_000, 1.0, 0.1).in_flight == 200_000
    assert measured(10**9, 1.0, 1.0).in_flight == 256 * 1024


def test_pauses_double_and_the_wish_of_the_hub_is_the_least() -> None:
    assert [pause_s(tries, 0, lambda _, high: high) for tries in range(6)] == [0.5, 1, 2, 4, 8, 8]
    assert pause_s(0, 60, lambda low, _: low) == 60
