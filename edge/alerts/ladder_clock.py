"""Ladder time: a count of milliseconds that goes on with the monotonic clock and never steps (law 7).

Three minutes to an answer are three minutes, whatever somebody does to the wall clock meanwhile. The count is written
down every few seconds while anybody is waited for. After a restart it goes on from there, plus what the wall clock says
that passed, believed between nothing and an hour: a clock that went back makes people wait a little longer, one that
leapt ahead has each of them called one step early, and neither forgets anybody or calls twice.
"""

from edge.store.ids import get_meta, put_meta
from edge.store.journal import Journal, Tx

KEY = "ladder_clock"
LONGEST_GAP_MS = 3_600_000
KEEP_EVERY_MS = 5_000


class LadderClock:
    """Begins at zero in a new box; call ``start`` before anything else."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._base_ms = 0
        self._base_steady = journal.clock.steady()
        self._kept_ms = 0

    async def start(self) -> None:
        """Go on where the last start of the box ended."""
        kept = await self._journal.record(lambda tx: (get_meta(tx.connection, KEY, ""), tx.now))
        words, now = kept
        if words:
            ladder_ms, at_ms = map(int, words.split())
            self._base_ms = ladder_ms + max(0, min(now.at_ms - at_ms, LONGEST_GAP_MS))
        self._base_steady = now.steady
        self._kept_ms = self._base_ms

    def now_ms(self) -> int:
        """Ladder time now."""
        return self._base_ms + round((self._journal.clock.steady() - self._base_steady) * 1000)

    def keep(self, tx: Tx, *, surely: bool = False) -> None:
        """Write it down, if that is due."""
        now_ms = self.now_ms()
        if surely or now_ms - self._kept_ms >= KEEP_EVERY_MS:
            put_meta(tx.connection, KEY, f"{now_ms} {tx.now.at_ms}")
            self._kept_ms = now_ms
