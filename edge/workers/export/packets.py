"""Segments as one row of packets, each with the time at which its picture was taken."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av

from edge.core.errors import FinalError
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.kernel.wire.export import Cut, Piece
from edge.workers.export.boxes import whole_length

CHANGED = "Camera đổi cách nén hoặc cỡ hình lúc {:%H:%M:%S}: hãy trích riêng từng đoạn trước và sau lúc đó."
UNREADABLE = "Không đọc được bản ghi nào trong khoảng thời gian đó."


@dataclass(frozen=True, slots=True)
class Timed:
    """One packet and the UTC time of its picture (``decode_ms``: of its turn to be decoded)."""

    packet: av.Packet
    at_ms: int
    decode_ms: int
    lasts_ms: int


@dataclass(frozen=True, slots=True)
class Shape:
    """What must not change within one file."""

    codec: str
    width: int
    height: int
    head: bytes


def open_piece(folder: Path, piece: Piece) -> "av.container.InputContainer | None":
    """A segment up to its last whole fragment; None when retention has taken it meanwhile or nothing in it plays."""
    path = folder / piece.path
    try:
        whole = whole_length(path)
        if not whole:
            return None
        return av.open(f"subfile,,start,0,end,{whole},,:{path}")
    except (FileNotFoundError, av.error.InvalidDataError):
        return None


def timed_packets(source: "av.container.InputContainer", began_ms: int) -> Iterator[Timed]:
    """All packets of a segment; its first picture was taken at ``began_ms``."""
    first: int | None = None
    for packet in source.demux(source.streams.video[0]):
        if packet.pts is None or packet.dts is None or packet.is_corrupt:
            continue
        first = packet.pts if first is None else first
        tick_ms = float(packet.time_base) * 1000
        at, decode = (began_ms + round((stamp - first) * tick_ms) for stamp in (packet.pts, packet.dts))
        yield Timed(packet, at, decode, round((packet.duration or 0) * tick_ms))


def shape_of(source: "av.container.InputContainer") -> Shape:
    """How this segment is coded."""
    codec = source.streams.video[0].codec_context
    return Shape(codec.name, codec.width, codec.height, bytes(codec.extradata or b""))


def from_key(packets: Iterator[Timed], since_ms: int) -> Iterator[Timed]:
    """Leave out what comes before the last key frame that is not later than ``since_ms``.

    Pictures that are decoded after that key frame and shown before it (open GOP) need what was left out: they go too.
    """
    waiting: list[Timed] = []
    for timed in packets:
        if timed.packet.is_keyframe and timed.at_ms > since_ms:
            yield from _shown_after_first(waiting)
            yield timed
            break
        if timed.packet.is_keyframe:
            waiting = []
        waiting.append(timed)
    else:
        yield from _shown_after_first(waiting)
    yield from packets


def _shown_after_first(waiting: list[Timed]) -> Iterator[Timed]:
    return (timed for timed in waiting if timed.at_ms >= waiting[0].at_ms)


def opened(job: Cut) -> Iterator[tuple["av.container.InputContainer", Iterator[Timed]]]:
    """Each readable segment of a span with what is wanted of it, closed again when the next one is asked for.

    Raises FinalError when the way of coding changes, or nothing can be read.
    """
    shape: Shape | None = None
    for piece in job.pieces:
        source = open_piece(Path(job.media_folder), piece)
        if source is None:
            continue
        with source:
            shape = shape or shape_of(source)
            if shape_of(source) != shape:
                raise FinalError(CHANGED.format(local(AtMs(piece.began_ms))))
            yield source, _wanted(source, piece, job)
    if shape is None:
        raise FinalError(UNREADABLE)


def _wanted(source: "av.container.InputContainer", piece: Piece, job: Cut) -> Iterator[Timed]:
    for timed in from_key(timed_packets(source, piece.began_ms), job.since_ms):
        if timed.decode_ms >= job.until_ms:
            return
        yield timed
