"""Fragmented MP4 for Media Source Extensions: one H.264 track, one frame a fragment (ISO/IEC 14496-12).

Written here rather than by libavformat because that holds each frame back until it has seen the next one.
"""

import struct
from dataclasses import dataclass

from edge.workers.live.h264 import ParameterSets

TIMESCALE = 90_000
"""Ticks a second: the clock of RTP video, so that nothing is rounded."""
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_TRACK = 1
_KEY_FLAGS = 0x0200_0000  # sample_depends_on = 2: on no other
_DELTA_FLAGS = 0x0101_0000  # sample_depends_on = 1, sample_is_non_sync_sample
_TRUN_FLAGS = 0x000F01  # data offset; duration, size, flags and composition offset of each sample
_DEFAULT_BASE_IS_MOOF = 0x020000


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
    moov = _box(
        b"moov", _mvhd(), _trak(sets), _box(b"mvex", _full(b"trex", 0, 0, struct.pack(">5I", _TRACK, 1, 0, 0, 0)))
    )
    return _box(b"ftyp", b"iso5", struct.pack(">I", 512), b"iso5iso6mp41") + moov


def fragment(sequence: int, sample: Sample) -> bytes:
    """moof and mdat of one frame."""
    moof = _moof(sequence, sample, 0)
    return _moof(sequence, sample, len(moof) + 8) + _box(b"mdat", sample.data)


def _moof(sequence: int, sample: Sample, data_offset: int) -> bytes:
    flags = _KEY_FLAGS if sample.key else _DELTA_FLAGS
    run = struct.pack(">IiIIIi", 1, data_offset, sample.duration, len(sample.data), flags, sample.show_later)
    traf = _box(
        b"traf",
        _full(b"tfhd", 0, _DEFAULT_BASE_IS_MOOF, struct.pack(">I", _TRACK)),
        _full(b"tfdt", 1, 0, struct.pack(">Q", sample.at)),
        _full(b"trun", 1, _TRUN_FLAGS, run),
    )
    return _box(b"moof", _full(b"mfhd", 0, 0, struct.pack(">I", sequence)), traf)


def _box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + name + body


def _full(name: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(name, struct.pack(">I", version << 24 | flags), *parts)


def _mvhd() -> bytes:
    times = struct.pack(">4I", 0, 0, TIMESCALE, 0)
    rate_and_volume = struct.pack(">IH10x", 0x10000, 0x100)
    return _full(b"mvhd", 0, 0, times, rate_and_volume, _MATRIX, bytes(24), struct.pack(">I", _TRACK + 1))


def _trak(sets: ParameterSets) -> bytes:
    mdhd = _full(b"mdhd", 0, 0, struct.pack(">4IHH", 0, 0, TIMESCALE, 0, 0x55C4, 0))  # language "und"
    hdlr = _full(b"hdlr", 0, 0, bytes(4), b"vide", bytes(12), b"molang\x00")
    return _box(b"trak", _tkhd(sets), _box(b"mdia", mdhd, hdlr, _minf(sets)))


def _tkhd(sets: ParameterSets) -> bytes:
    size = struct.pack(">II", sets.shape.width << 16, sets.shape.height << 16)
    return _full(b"tkhd", 0, 3, struct.pack(">5I", 0, 0, _TRACK, 0, 0), bytes(16), _MATRIX, size)


def _minf(sets: ParameterSets) -> bytes:
    vmhd = _full(b"vmhd", 0, 1, bytes(8))
    here = _full(b"dref", 0, 0, struct.pack(">I", 1), _full(b"url ", 0, 1))
    empty = [_full(name, 0, 0, bytes(4)) for name in (b"stts", b"stsc", b"stco")]
    stbl = _box(b"stbl", _stsd(sets), *empty, _full(b"stsz", 0, 0, bytes(8)))
    return _box(b"minf", vmhd, _box(b"dinf", here), stbl)


def _stsd(sets: ParameterSets) -> bytes:
    head = struct.pack(">6xH16xHHIII", 1, sets.shape.width, sets.shape.height, 0x480000, 0x480000, 0)
    entry = _box(b"avc1", head, struct.pack(">H32sHh", 1, b"", 24, -1), _box(b"avcC", sets.avcc))
    return _full(b"stsd", 0, 0, struct.pack(">I", 1), entry)
