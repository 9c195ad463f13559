from edge.sync.backoff import Backoff


def highest(_low: float, high: float) -> float:
    return high


def test_waits_double_up_to_five_seconds_while_nobody_answers() -> None:
    backoff = Backoff(highest)
    assert [backoff.next_s(answered=False) for _ in range(6)] == [0.5, 1, 2, 4, 5, 5]


def test_a_hub_that_refuses_is_left_alone_for_up_to_a_minute() -> None:
    backoff = Backoff(highest)
    assert [backoff.next_s(answered=True) for _ in range(9)] == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]


def test_success_begins_again() -> None:
    backoff = Backoff(highest)
    backoff.next_s(answered=True)
    backoff.clear()
    assert backoff.next_s(answered=True) == 0.5


def test_full_jitter_may_be_nothing_at_all() -> None:
    assert Backoff(lambda low, _: low).next_s(answered=False) == 0


def test_the_wish_of_the_hub_is_the_least_but_not_for_ever() -> None:
    backoff = Backoff(highest)
    assert backoff.next_s(answered=True, asked_s=30) == 30
    assert backoff.next_s(answered=True, asked_s=86_400) == 600
