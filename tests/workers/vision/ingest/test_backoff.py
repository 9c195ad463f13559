"""How long a camera that fails is left alone."""

from edge.workers.vision.ingest.backoff import CALM_S, FIRST_S, LONGEST_S, Backoff


def test_waits_grow_to_their_limit_and_start_again_after_calm() -> None:
    backoff = Backoff()
    waits = [backoff.next_s(0.0) for _ in range(200)]
    assert waits[0] <= FIRST_S
    assert LONGEST_S / 2 < max(waits) <= LONGEST_S
    assert backoff.next_s(CALM_S) <= FIRST_S
