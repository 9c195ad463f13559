"""How a file goes over a line that may break at any moment: how much at once, and how much of it unconfirmed. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

PATCH_S = 2.0
"""One request lasts about so long: something more urgent waits no longer for its turn."""
LEAST_BYTES, MOST_BYTES = 32 * 1024, 1024 * 1024
"""The most is held in memory, for its checksum goes ahead of it."""
FIRST_BYTES = 64 * 1024
IN_FLIGHT_S = 0.5
LEAST_FLIGHT, USUAL_FLIGHT, MOST_FLIGHT = 8 * 1024, 32 * 1024, 256 * 1024
"""What is under way when a line breaks is sent again: twenty times the usual is 1.3 % of 50 MB. Only a line that is
both long and fast gets more, since it would stand idle otherwise."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 8.0
"""Nobody answers: a try costs a few packets."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What the line has shown: bytes a second, 0 before anything went over it; its shortest round trip."""

    bytes_per_s: float = 0.0
    round_trip_s: float = 0.0

    @property
    def chunk(self) -> int:
        """Bytes of the next request."""
        if not self.bytes_per_s:
            return FIRST_BYTES
        return int(min(max(self.bytes_per_s * PATCH_S, LEAST_BYTES), MOST_BYTES))

    @property
    def in_flight(self) -> int:
        """Bytes that may be under way unconfirmed: half a second of a thin line, twice the product of a long one."""
        if not self.bytes_per_s:
            return USUAL_FLIGHT
        short = min(self.bytes_per_s * IN_FLIGHT_S, USUAL_FLIGHT)
        long = min(self.bytes_per_s * self.round_trip_s * 2, MOST_FLIGHT)
        return int(max(short, long, LEAST_FLIGHT))


def measured(sent: int, took_s: float, round_trip_s: float) -> Pace:
    """The pace after one request."""
    return Pace(sent / max(took_s, 0.001), round_trip_s)


def pause_s(failures: int, asked_s: float, draw: Callable[[float, float], float]) -> float:
    """How long to wait after so many failures in a row, with full jitter; at least as long as the hub asks."""
    return max(draw(0, min(FIRST_PAUSE_S * 2 ** min(failures, 10), LONGEST_PAUSE_S)), asked_s)
