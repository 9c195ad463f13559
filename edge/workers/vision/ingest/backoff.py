"""How long to wait before the next try at a camera."""

import random

FIRST_S = 0.5
LONGEST_S = 15.0
CALM_S = 10.0
"""A camera that was online for so long starts again with the first wait."""


class Backoff:
    """Full jitter: each wait is anything up to a ceiling that doubles, so that cameras of one switch spread out."""

    def __init__(self, longest_s: float = LONGEST_S) -> None:
        self._longest_s = longest_s
        self._ceiling_s = FIRST_S

    def next_s(self, online_s: float) -> float:
        """The wait after a connection that was online for ``online_s`` seconds (0: never)."""
        if online_s >= CALM_S:
            self._ceiling_s = FIRST_S
        wait_s = random.uniform(0.0, self._ceiling_s)  # noqa: S311 - jitter, not a secret
        self._ceiling_s = min(2 * self._ceiling_s, self._longest_s)
        return wait_s
