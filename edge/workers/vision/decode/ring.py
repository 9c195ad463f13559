"""The last seconds of one camera, compressed: what a new watcher starts from."""

from collections import deque

from edge.kernel.wire.vision import Packet

MOST_GOPS = 2
MOST_BYTES = 3_500_000
"""Two GOPs of 4 s at 3 Mbit/s; and a single packet of this size still fits one wire frame."""


class GopRing:
    """Whole groups of pictures, each beginning with a key frame; its owner guards it with a lock.

    Over MOST_GOPS the oldest group goes; over MOST_BYTES too, and if one group alone is larger, everything goes
    until the next key frame, for a group without its head cannot be decoded.
    """

    def __init__(self) -> None:
        self._gops: deque[list[Packet]] = deque()
        self._bytes = 0

    def add(self, packet: Packet) -> None:
        """Keep one packet; packets before the first key frame are not kept."""
        if packet.key:
            self._gops.append([])
        if not self._gops:
            return
        self._gops[-1].append(packet)
        self._bytes += len(packet.data)
        while len(self._gops) > MOST_GOPS or self._bytes > MOST_BYTES:
            self._bytes -= sum(len(old.data) for old in self._gops.popleft())

    def newest_gop(self) -> tuple[Packet, ...]:
        """From the newest key frame on; empty when there is none."""
        return tuple(self._gops[-1]) if self._gops else ()

    def clear(self) -> None:
        """Forget everything: another connection counts its time anew."""
        self._gops.clear()
        self._bytes = 0
