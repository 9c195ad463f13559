"""How a storm of incidents becomes one message with a count.

A person gets at most three messages in two minutes about what is no emergency; what comes then is gathered in one that
waits until the first of the three is two minutes old. A message that still stands in line takes in what comes too: it
has not been read by anybody, and one SMS goes as fast as five. Emergencies are never gathered, nor do they wait.
"""

from collections.abc import Sequence

SINGLES = 3
STORM_MS = 120_000
MOST_IN_ONE = 50
"""What is gathered in one message at most; the next begins another."""


def hold_ms(sent_ms: Sequence[int], now_ms: int) -> int | None:
    """Until when a new message to somebody waits, by the ladder times of the last ones; None: not at all."""
    recent = sorted(at for at in sent_ms if now_ms - at < STORM_MS)
    return recent[-SINGLES] + STORM_MS if len(recent) >= SINGLES else None
