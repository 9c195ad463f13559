"""A store, a desk with one official, a gauge that says what it is told to, and a camera with two zones."""

from pathlib import Path

from drivers.base import GaugeReading, TransientDriverError
from edge.config.schema import Camera, Gauge, Zone
from edge.core.alert import Person
from edge.core.moment import AtMs, Steady
from edge.core.place import CameraId
from edge.core.vision import Box, Sighting, TrackId, TrackSeen
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.store.journal import Journal

ROSTER = [Person("an", "An", "0900000001", "", "trực")]
LEFT = ((0.0, 0.0), (0.5, 0.0), (0.5, 0.5), (0.0, 0.5))
RIGHT = ((0.5, 0.0), (1.0, 0.0), (1.0, 0.5), (0.5, 0.5))
GAUGE = Gauge(id="song", name="Sông Minh", bao_dong_m=(4.3, 5.3, 6.3), source="QĐ 05", template="lu")
CAMERA = Camera(
    id="cam",
    name="Cổng",
    hamlet="dong",
    url="rtsp://127.0.0.1/x",
    zone=(
        Zone(id="san", name="san", polygon=LEFT, template="la"),
        Zone(id="kho", name="kho", polygon=RIGHT, template="la"),
    ),
)


class Films:
    """Whoever cuts films, and only notes what was wanted."""

    def __init__(self) -> None:
        self.wanted: list[tuple[str, str, int, int]] = []

    async def cut(self, incident: str, camera: str, since_ms: int, until_ms: int) -> None:
        self.wanted.append((incident, camera, since_ms, until_ms))


async def a_desk(path: Path, films: Films | None = None) -> tuple[IncidentDesk, Journal]:
    journal = await Journal.open(path, SystemClock())
    return IncidentDesk(journal, Bus(), ROSTER, {"dong": "Thôn Đông"}, films), journal


class River:
    """A station whose next readings are ``says``; with none left it does not answer."""

    def __init__(self, *says: tuple[GaugeReading, ...]) -> None:
        self._says = list(says)

    async def read(self) -> tuple[GaugeReading, ...]:
        if not self._says:
            raise TransientDriverError("silent")
        return self._says.pop(0)

    async def close(self) -> None:
        return


def level(value: float) -> GaugeReading:
    return GaugeReading("level", value, "m")


def rain(value: float) -> GaugeReading:
    return GaugeReading("rain_counter", value, "mm")


BOXES = {"san": Box(0.1, 0.2, 0.2, 0.4), "kho": Box(0.7, 0.2, 0.8, 0.4), "ngoai": Box(0.1, 0.7, 0.2, 0.9)}
"""Somebody in each zone, and somebody outside."""


def seen(*zones: str, steady: float = 1.0) -> Sighting:
    """One person in each of these places, each with a track of its own."""
    tracks = tuple(
        TrackSeen(TrackId(1 + list(BOXES).index(zone)), "person", 0.9, BOXES[zone], 2.0, 9) for zone in zones
    )
    return Sighting(CameraId("cam"), AtMs(1_790_000_000_000), Steady(steady), tracks)


def walking(x: float, steady: float) -> Sighting:
    """One person whose feet are there."""
    track = TrackSeen(TrackId(1), "person", 0.9, Box(x - 0.05, 0.2, x + 0.05, 0.4), 2.0, 9)
    return Sighting(CameraId("cam"), AtMs(1_790_000_000_000), Steady(steady), (track,))
