"""When a packet reached this machine, though nobody was reading then, and for how long nobody need read."""

LONGEST_REST_S = 1.1
"""Twice in a group of two seconds: each wake finds cold caches, which costs more than the packets it reads."""
SHORTEST_REST_S = 0.04
"""Below this a rest costs more than it saves."""
WAITED_S = 0.002
WAITED = 0.25
"""A read that took longer, and longer than this share of the time between two pictures, found nothing and waited: its
packet came just now. A shorter one may only have waited for a turn on a busy processor."""
PROOF_S = 5.0
GROW = 1.2
AFTER_KEY_S = 0.03
LONGEST_GAP_S = 1.0
LONGEST_WAIT_S = 3.0
"""No packet waits in the kernel for longer, whatever a camera's clock says that stands still."""


class Bursts:
    """One connection's arrivals and rests. One thread uses it.

    The camera's time stamps tell the distance between packets. Where they lie on our clock is set by every packet that
    was waited for, and corrected by what cannot be: a packet does not come after it was read, nor before the reader
    last found nothing. So a jump or a wrap of the stamps errs by one rest at most, and only once. Where a picture is
    ``held_back`` until the next one begins (FFmpeg's parser does that), it came one picture earlier than that.
    """

    def __init__(self, tick_s: float, steady: float, gathers_bytes: int, *, held_back: bool) -> None:
        self._tick_s = tick_s
        self._gathers_bytes = gathers_bytes
        self._held_back = held_back
        self._shift_s: float | None = None
        self._time_s = self._gap_s = 0.0
        self._empty_at = self._arrived_at = self._key_at = steady
        self._proved_at = steady - PROOF_S
        self._key_every_s = 0.0
        self._rest_s = SHORTEST_REST_S
        self.caught_up = False

    def began(self, stamp: int) -> None:
        """The first packet came at the beginning, though it is read only now."""
        self._shift_s = self._empty_at - stamp * self._tick_s

    def arrived(self, stamp: int | None, asked: float, now: float) -> float:
        """When the packet came that was asked for at ``asked`` and read at ``now``; never before its predecessor.

        ``caught_up`` then says whether more lies waiting. The stamps alone may say so for PROOF_S; after that a read
        that really waits must confirm it, or packets held back once would stay back for ever.
        """
        waited = now - asked > max(WAITED_S, WAITED * self._gap_s)
        if waited:
            self._proved_at = self._empty_at = now
        steady = now if stamp is None else self._placed(stamp * self._tick_s, now)
        self.caught_up = waited or (now - steady < self._gap_s and now - self._proved_at < PROOF_S)
        self._arrived_at = max(self._arrived_at, steady - self._gap_s * self._held_back)
        return self._arrived_at

    def key(self, steady: float) -> None:
        """The packet that arrived then begins a group: no rest goes beyond the time at which the next one is due."""
        self._key_every_s = steady - self._key_at
        self._key_at = steady

    def rest_until(self, now: float, size: int) -> float:
        """Until when nobody need read, after ``size`` bytes since the last rest."""
        if size > self._gathers_bytes:
            self._rest_s = max(SHORTEST_REST_S, self._rest_s * self._gathers_bytes / size)
        else:
            self._rest_s = min(LONGEST_REST_S, self._rest_s * GROW)
        self._empty_at = now
        next_key = self._key_at + self._key_every_s + self._gap_s + AFTER_KEY_S
        until = now + self._rest_s
        return next_key if now + SHORTEST_REST_S < next_key < until else until

    def _placed(self, time_s: float, now: float) -> float:
        gap_s = time_s - self._time_s
        if 0.0 < gap_s < LONGEST_GAP_S:
            self._gap_s = gap_s
        self._time_s = time_s
        guess = now if self._shift_s is None else time_s + self._shift_s
        steady = min(max(guess, self._empty_at, now - LONGEST_WAIT_S), now)
        self._shift_s = steady - time_s
        return steady
