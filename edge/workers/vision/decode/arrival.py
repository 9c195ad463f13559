"""When each picture was taken, on our own clock, though packets arrive in bursts."""

import av

FOLLOW = 0.001
"""Share by which the distance of the two clocks follows a late arrival: drift is caught in a minute, bursts are not."""
JUMP_S = 2.0
"""The camera's time jumped, or everything was held up for so long: begin anew."""


class Arrivals:
    """Turns a camera's time stamps into steady seconds. One thread uses it.

    The distance between the two clocks is that of the packets that were least delayed; a jump of the camera's clock
    or a wrap of its counter only begins a new distance.
    """

    def __init__(self, tick_s: float) -> None:
        self._tick_s = tick_s
        self._distance_s: float | None = None

    def add(self, dts: int | None, steady: float) -> float:
        """The steady time of a packet that arrived now: never later than ``steady``, and at most JUMP_S before."""
        if dts is None:
            return steady
        distance_s = steady - dts * self._tick_s
        known_s = self._distance_s
        if known_s is None or distance_s < known_s or distance_s > known_s + JUMP_S:
            self._distance_s = distance_s
            return steady
        self._distance_s = known_s + FOLLOW * (distance_s - known_s)
        return steady - (distance_s - known_s)

    def at(self, pts: int | None, steady: float) -> float:
        """The steady time of a picture whose packet was added some time ago; ``steady`` when that is unknown."""
        if pts is None or self._distance_s is None:
            return steady
        return min(steady, pts * self._tick_s + self._distance_s)


def packet_time(packet: av.Packet) -> int | None:
    """Decoding time where the camera gives one, else presentation time."""
    dts: int | None = packet.dts
    return packet.pts if dts is None else dts
