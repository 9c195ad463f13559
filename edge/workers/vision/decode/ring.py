"""The last seconds of one camera, compressed: what a wake replays and a new watcher starts from."""

from collections import deque

import av

MOST_GOPS = 2
MOST_BYTES = 8_000_000
"""Two GOPs of 4 s at 8 Mbit/s."""


class GopRing:
    """Whole groups of pictures, each beginning with a key frame; packets are kept as they came, never copied.

    Over MOST_GOPS the oldest group goes; over MOST_BYTES too, and if one group alone is larger, everything goes
    until the next key frame, for a group without its head cannot be decoded. Its owner guards it with a lock.
    """

    def __init__(self) -> None:
        self._gops: deque[list[av.Packet]] = deque()
        self._sizes: deque[int] = deque()

    def add(self, packet: av.Packet, *, begins: bool) -> None:
        """Keep one packet, a key frame that ``begins`` a group or any other; those before the first group are not."""
        if begins:
            self._gops.append([])
            self._sizes.append(0)
        if not self._gops:
            return
        self._gops[-1].append(packet)
        self._sizes[-1] += packet.size
        while len(self._gops) > MOST_GOPS or sum(self._sizes) > MOST_BYTES:
            self._gops.popleft()
            self._sizes.popleft()

    def newest(self, gops: int) -> list[av.Packet]:
        """The packets of the newest ``gops`` groups in order; fewer, or none, when it does not hold so many."""
        return [packet for gop in list(self._gops)[-gops:] for packet in gop]

    def clear(self) -> None:
        """Forget everything: another connection counts its time anew."""
        self._gops.clear()
        self._sizes.clear()
