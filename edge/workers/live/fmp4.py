"""Fragmented MP4 for Media Source Extensions: one H.264 track, one frame a fragment (ISO/IEC 14496-12).

Written here rather than by libavformat because that holds each frame back until it has seen the next one.
"""

import struct
from dataclasses import dataclass

from edge.workers import fragments
from edge.workers.fragments import TRACK, box, fragment_head, full_box
from edge.workers.live.h264 import ParameterSets

TIMESCALE = 90_000
"""Ticks a second: the clock of RTP video, so that nothing is rounded."""
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


@dataclass(frozen=True, slots=True)
class Sample:
    """One frame in ticks of TIMESCALE: when to decode it, for how long, and how much later to show it."""

    data: bytes
    at: int
    duration: int
    show_later: int
    key: bool


def init_segment(sets: ParameterSets) -> bytes:
    """ftyp and moov: what MSE takes before the first fragment; no duration, so browsers treat it as live."""
    moov = box(
        b"moov", _mvhd(), _trak(sets), box(b"mvex", full_box(b"trex", 0, 0, struct.pack(">5I", TRACK, 1, 0, 0, 0)))
    )
    return box(b"ftyp", b"iso5", struct.pack(">I", 512), b"iso5iso6mp41") + moov


def fragment(sequence: int, sample: Sample) -> bytes:
    """moof and mdat of one frame."""
    row = fragments.Sample(len(sample.data), sample.duration, sample.key, sample.show_later)
    return fragment_head(sequence, sample.at, [row]) + sample.data


def _mvhd() -> bytes:
    times = struct.pack(">4I", 0, 0, TIMESCALE, 0)
    rate_and_volume = struct.pack(">IH10x", 0x10000, 0x100)
    return full_box(b"mvhd", 0, 0, times, rate_and_volume, _MATRIX, bytes(24), struct.pack(">I", TRACK + 1))


def _trak(sets: ParameterSets) -> bytes:
    mdhd = full_box(b"mdhd", 0, 0, struct.pack(">4IHH", 0, 0, TIMESCALE, 0, 0x55C4, 0))  # language "und"
    hdlr = full_box(b"hdlr", 0, 0, bytes(4), b"vide", bytes(12), b"molang\x00")
    return box(b"trak", _tkhd(sets), box(b"mdia", mdhd, hdlr, _minf(sets)))


def _tkhd(sets: ParameterSets) -> bytes:
    size = struct.pack(">II", sets.shape.width << 16, sets.shape.height << 16)
    return full_box(b"tkhd", 0, 3, struct.pack(">5I", 0, 0, TRACK, 0, 0), bytes(16), _MATRIX, size)


def _minf(sets: ParameterSets) -> bytes:
    vmhd = full_box(b"vmhd", 0, 1, bytes(8))
    here = full_box(b"dref", 0, 0, struct.pack(">I", 1), full_box(b"url ", 0, 1))
    empty = [full_box(name, 0, 0, bytes(4)) for name in (b"stts", b"stsc", b"stco")]
    stbl = box(b"stbl", _stsd(sets), *empty, full_box(b"stsz", 0, 0, bytes(8)))
    return box(b"minf", vmhd, box(b"dinf", here), stbl)


def _stsd(sets: ParameterSets) -> bytes:
    head = struct.pack(">6xH16xHHIII", 1, sets.shape.width, sets.shape.height, 0x480000, 0x480000, 0)
    entry = box(b"avc1", head, struct.pack(">H32sHh", 1, b"", 24, -1), box(b"avcC", sets.avcc))
    return full_box(b"stsd", 0, 0, struct.pack(">I", 1), entry)
