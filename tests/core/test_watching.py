"""When a host is down, and when it is the network."""

import pytest

from edge.core.policy.watching import NETWORK, Seen, answered, failed, wanted

UP, DOWN, UNKNOWN = Seen(up=True), Seen(up=False), Seen()


def after(answers: str) -> Seen:
    """What a host is after these looks: o an answer, x none."""
    seen = Seen()
    for second, look in enumerate(answers):
        seen = answered(seen, 3.0, second) if look == "o" else failed(seen, "nothing", second)
    return seen


@pytest.mark.parametrize(
    ("answers", "up", "since"),
    [
        ("", None, None),
        ("o", True, 0),
        ("xx", None, None),
        ("xxx", False, 2),
        ("oxx", True, 0),
        ("oxxo", True, 0),
        ("oxxx", False, 3),
        ("oxxxo", False, 3),
        ("oxxxoo", True, 5),
        ("oxxxoxo", False, 3),
    ],
)
def test_a_host_is_down_after_three_silences_and_up_after_two_answers(
    answers: str, up: bool | None, since: int | None
) -> None:
    seen = after(answers)
    assert (seen.up, seen.since_ms) == (up, since)


@pytest.mark.parametrize(
    ("hosts", "open_now", "should"),
    [
        ([UP, UP, UP, UP], (), set()),
        ([DOWN, UP, UP, UP], (), {"0"}),
        ([DOWN, DOWN, DOWN], (), {"0", "1", "2"}),
        ([DOWN, DOWN, DOWN, UP], (), {NETWORK}),
        ([DOWN, DOWN, UP, UP], (NETWORK,), {"0", "1"}),
        ([UNKNOWN, UP, UP, UP], ("0",), {"0"}),
        ([UP, UP, UP, UP], ("0",), set()),
        ([UNKNOWN, UNKNOWN, UP, UP], (NETWORK,), {NETWORK}),
    ],
)
def test_incidents_stand_for_hosts_and_one_stands_for_the_network(
    hosts: list[Seen], open_now: tuple[str, ...], should: set[str]
) -> None:
    assert wanted({str(number): seen for number, seen in enumerate(hosts)}, open_now) == should
