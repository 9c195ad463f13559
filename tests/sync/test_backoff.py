from edge.sync.backoff import LONGEST_NO_LINK_S, LONGEST_NOT_REACHED_S, LONGEST_REFUSED_S, Backoff


def highest(_low: float, high: float) -> float:
    return high


def test_a_line_on_which_nobody_is_reached_is_tried_every_second() -> None:
    backoff = Backoff(highest)
    assert [backoff.next_s(LONGEST_NOT_REACHED_S) for _ in range(4)] == [0.5, 1, 1, 1]


def test_waits_double_up_to_five_seconds_while_connections_break() -> None:
    backoff = Backoff(highest)
    assert [backoff.next_s(LONGEST_NO_LINK_S) for _ in range(6)] == [0.5, 1, 2, 4, 5, 5]


def test_a_hub_that_refuses_is_left_alone_for_up_to_a_minute() -> None:
    backoff = Backoff(highest)
    assert [backoff.next_s(LONGEST_REFUSED_S) for _ in range(9)] == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]


def test_success_begins_again() -> None:
    backoff = Backoff(highest)
    backoff.next_s(LONGEST_REFUSED_S)
    backoff.clear()
    assert backoff.next_s(LONGEST_REFUSED_S) == 0.5


def test_full_jitter_may_be_nothing_at_all() -> None:
    assert Backoff(lambda low, _: low).next_s(LONGEST_NO_LINK_S) == 0


def test_the_wish_of_the_hub_is_the_least_but_not_for_ever() -> None:
    backoff = Backoff(highest)
    assert backoff.next_s(LONGEST_REFUSED_S, asked_s=30) == 30
    assert backoff.next_s(LONGEST_REFUSED_S, asked_s=86_400) == 600
