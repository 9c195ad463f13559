"""The boxes of fragmented MP4 with one track (ISO/IEC 14496-12): bytes in, bytes out.

Written here rather than by libavformat because that takes packets one by one, and holds each back until the next.
"""

import struct
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

TRACK = 1
LONGEST = 0x7FFF_FFFF
"""Ticks that a sample may last, or be shown later."""
_BOX_HEAD = 8
_TRUN_HEAD = 20
_DEFAULT_BASE_IS_MOOF = 0x020000
_TRUN_FLAGS = 0x000F01  # data offset; duration, size, flags and composition offset of each sample
_KEY_FLAGS = 0x0200_0000  # sample_depends_on = 2: on no other
_DELTA_FLAGS = 0x0101_0000  # sample_depends_on = 1, sample_is_non_sync_sample


class Sample(NamedTuple):
    """One picture of a fragment: its bytes, how many ticks until the next is decoded, how much later it is shown."""

    size: int
    duration: int
    key: bool
    show_later: int


def fragment_head(sequence: int, at: int, samples: Sequence[Sample]) -> bytes:
    """What stands before the bytes of ``samples``, the first of them decoded ``at``: moof, and the head of mdat."""
    traf_head = full_box(b"tfhd", 0, _DEFAULT_BASE_IS_MOOF, struct.pack(">I", TRACK))
    traf_head += full_box(b"tfdt", 1, 0, struct.pack(">Q", at))
    mfhd = full_box(b"mfhd", 0, 0, struct.pack(">I", sequence))
    rows = _rows(samples)
    length = _BOX_HEAD + len(mfhd) + _BOX_HEAD + len(traf_head) + _TRUN_HEAD + len(rows)
    run = struct.pack(">Ii", len(samples), length + _BOX_HEAD)
    moof = box(b"moof", mfhd, box(b"traf", traf_head, full_box(b"trun", 1, _TRUN_FLAGS, run, rows)))
    return moof + struct.pack(">I4s", sum(sample.size for sample in samples) + _BOX_HEAD, b"mdat")


def index(entries: Sequence[tuple[int, int]]) -> bytes:
    """mfra, the end of a file: when its key frames are shown, and where the moof of each begins."""
    rows = b"".join(struct.pack(">QQBBB", at, offset, 1, 1, 1) for at, offset in entries)
    tfra = full_box(b"tfra", 1, 0, struct.pack(">III", TRACK, 0, len(entries)), rows)
    length = _BOX_HEAD + len(tfra) + 2 * _BOX_HEAD
    return box(b"mfra", tfra, full_box(b"mfro", 0, 0, struct.pack(">I", length)))


def box(name: bytes, *parts: bytes) -> bytes:
    """A box of these parts."""
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + name + body


def full_box(name: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """A box that tells its version and flags first."""
    return box(name, struct.pack(">I", version << 24 | flags), *parts)


def _rows(samples: Sequence[Sample]) -> bytes:
    rows = [(lasts, size, _KEY_FLAGS if key else _DELTA_FLAGS, later) for size, lasts, key, later in samples]
    return struct.pack(">" + "IIIi" * len(rows), *chain.from_iterable(rows))
