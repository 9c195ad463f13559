"""One camera's packets made into fragments that any browser may start at when they hold a key frame."""

from dataclasses import dataclass
from fractions import Fraction

from edge.core.errors import FinalError
from edge.kernel.wire.vision import Packet, StreamHead
from edge.workers.live.fmp4 import Sample, fragment, init_segment
from edge.workers.live.h264 import ParameterSets, UnitReader, first_sets, parameter_sets, sample
from edge.workers.live.timeline import Timeline


class UnplayableError(FinalError):
    """Browsers cannot play this camera's codec. The text is its trade name, for the sign on the camera's stills."""


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """What a browser needs before the first fragment; another object means: begin again with this one."""

    mime: str
    init: bytes


@dataclass(frozen=True, slots=True)
class Fragment:
    """One frame as moof and mdat, and the opening it belongs to."""

    data: bytes
    key: bool
    opening: Opening


class Muxer:
    """Muxes a camera once for all its browsers. Times go on from 0 through every reconnect; not thread-safe."""

    def __init__(self) -> None:
        self._timeline = Timeline()
        self._sequence = 0
        self._time_base = Fraction(1, 1)
        self._reader = UnitReader(b"")
        self._sets: ParameterSets | None = None
        self._opening: Opening | None = None

    def begin(self, head: StreamHead) -> None:
        """A stream begins, or begins again; raises UnplayableError for anything but H.264, FinalError for rubbish."""
        if head.codec != "h264":
            raise UnplayableError(_TRADE_NAMES.get(head.codec, head.codec))
        if head.time_base_num <= 0 or head.time_base_den <= 0:
            raise FinalError("Luồng hình không ghi đơn vị thời gian.")
        self._time_base = Fraction(head.time_base_num, head.time_base_den)
        self._reader = UnitReader(head.extradata)
        self._sets = parameter_sets(head.extradata)
        self._opening = None
        self._timeline.restart()

    def add(self, packet: Packet) -> Fragment | None:
        """The fragment of ``packet``, or None while a key frame is awaited: at a beginning and after lost frames."""
        units = self._units(packet.data)
        slot = self._timeline.place(packet.pts, packet.dts, packet.duration, self._time_base)
        if slot.broken:
            self._opening = None
        if packet.key and units:
            self._open(units)
        data = sample(units)
        if self._opening is None or not data:
            return None
        self._sequence += 1
        frame = Sample(data, slot.at, slot.duration, slot.show_later, packet.key)
        return Fragment(fragment(self._sequence, frame), packet.key, self._opening)

    def _units(self, data: bytes) -> list[bytes]:
        try:
            return self._reader.units(data)
        except FinalError:  # one damaged packet: like a lost one
            self._opening = None
            return []

    def _open(self, units: list[bytes]) -> None:
        """Make an opening if there is none, or if the camera changed its parameter sets on the way."""
        found = first_sets(units) or self._sets
        if found is not None and (self._opening is None or found != self._sets):
            self._opening = Opening(found.mime, init_segment(found))
        self._sets = found


_TRADE_NAMES = {"hevc": "H.265", "mjpeg": "MJPEG", "mpeg4": "MPEG-4"}
