"""When a backlog will be gone, from how it has shrunk lately. Says nothing when it does not know. Pure."""

from dataclasses import dataclass

from edge.core.moment import Steady

WINDOW_S = 60.0
LEAST_S = 3.0
"""A shorter look shows one batch, not a rate."""
MOST_SAMPLES = 120
LONGEST_S = 30 * 86_400
"""Later than this nobody believes, and the outbox forgets first."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How many waited when."""

    at: Steady
    waiting: int


def look(history: tuple[Seen, ...], now: Steady, waiting: int) -> tuple[Seen, ...]:
    """The history with one more look; what is older than a minute is forgotten."""
    kept = tuple(seen for seen in history if now - seen.at <= WINDOW_S)
    return (*kept, Seen(now, waiting))[-MOST_SAMPLES:]


def eta_s(history: tuple[Seen, ...]) -> int | None:
    """Seconds until nothing waits, if it goes on as in the last minute: what arrives meanwhile is counted.

    None when that is unknown: too short a look, or the backlog does not shrink.
    """
    if not history or history[-1].waiting == 0:
        return 0 if history else None
    first, last = history[0], history[-1]
    took_s, gone = last.at - first.at, first.waiting - last.waiting
    if took_s < LEAST_S or gone <= 0:
        return None
    left_s = last.waiting * took_s / gone
    return round(left_s) if left_s <= LONGEST_S else None
