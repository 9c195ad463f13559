"""Where the whole fragments of an MP4 file end. Source: ISO/IEC 14496-12, 4.2 (boxes) and 8.8 (movie fragments)."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_HEAD = struct.Struct(">I4s")
_LARGE = struct.Struct(">Q")
_TO_THE_END, _LARGE_FOLLOWS = 0, 1


def whole_length(path: Path) -> int:
    """How many bytes from the start are whole: header and complete fragments. 0 when no fragment is complete."""
    whole = 0
    seen: set[bytes] = set()
    for kind, end in _boxes(path):
        seen.add(kind)
        ends_a_fragment = kind == b"mdat" and b"moov" in seen
        if ends_a_fragment or (whole and kind not in (b"moof", b"mdat")):
            whole = end
    return whole


def _boxes(path: Path) -> Iterator[tuple[bytes, int]]:
    """Every complete box at the top: its kind and where it ends."""
    size = path.stat().st_size
    with path.open("rb") as file:
        at = 0
        while (box := _box(file, at, size)) is not None:
            kind, at = box
            yield kind, at


def _box(file: BinaryIO, at: int, size: int) -> tuple[bytes, int] | None:
    file.seek(at)
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    length, kind = _HEAD.unpack(head)
    least = _HEAD.size
    if length == _LARGE_FOLLOWS:
        large = file.read(_LARGE.size)
        if len(large) < _LARGE.size:
            return None
        (length,) = _LARGE.unpack(large)
        least += _LARGE.size
    if length == _TO_THE_END or length < least or at + length > size:
        return None  # no segment of ours is written this way, or it was torn here
    return kind, at + length
