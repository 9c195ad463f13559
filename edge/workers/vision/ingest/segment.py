"""One file of a recording: fragmented MP4 that plays up to its last whole fragment, wherever it was torn."""

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import av

from edge.kernel.disk import sync_folder
from edge.workers.fragments import LONGEST, Sample, fragment_head, index
from edge.workers.vision.ingest.shape import Shape
from edge.workers.vision.ingest.stamps import Stamp

_MOST_AT_ONCE = os.sysconf("SC_IOV_MAX")


class Segment:
    """A file that grows by a fragment at a time. One thread uses it; every method may raise OSError.

    The kernel has a fragment when ``write`` returns: a killed process loses none, a power cut what the disk has not.
    """

    def __init__(self, path: Path, shape: Shape) -> None:
        self.path = path
        self.bytes = 0
        self._file = path.open("xb", buffering=0)
        self._shape = shape
        self._fragments = 0
        self._began = self._last = 0
        self._keys: list[tuple[int, int]] = []

    def write(self, packets: Sequence[av.Packet], stamps: Sequence[Stamp]) -> None:
        """Add a fragment; packets without a NAL unit are left out."""
        data: list[bytes] = []
        sizes: list[int] = []
        whole: list[tuple[av.Packet, Stamp]] = []
        for packet, stamp in zip(packets, stamps, strict=True):
            units = self._shape.units(packet)
            if units:
                for unit in units:
                    data += len(unit).to_bytes(4, "big"), unit
                sizes.append(4 * len(units) + sum(map(len, units)))
                whole.append((packet, stamp))
        if whole:
            self._add(whole, sizes, data)

    def finish(self) -> None:
        """Write the index and wait until the disk has it all."""
        self._append([index(self._keys)])
        os.fdatasync(self._file.fileno())
        self._file.close()
        sync_folder(self.path.parent)

    def abandon(self) -> None:
        """Let go of a file that can no longer be written; what it holds stays."""
        self._file.close()

    def _add(self, whole: list[tuple[av.Packet, Stamp]], sizes: list[int], data: list[bytes]) -> None:
        times = self._times(whole)
        samples = [
            Sample(size, min(until - since, LONGEST), packet.is_keyframe, self._later(stamp, since))
            for (packet, stamp), size, (since, until) in zip(whole, sizes, pairwise(times), strict=True)
        ]
        init = b"" if self._fragments else self._shape.init
        if samples[0].key:
            self._keys.append((times[0] + samples[0].show_later, self.bytes + len(init)))
        self._fragments += 1
        self._append([init, fragment_head(self._fragments, times[0], samples), *data])

    def _times(self, whole: list[tuple[av.Packet, Stamp]]) -> list[int]:
        """When each packet is decoded, later than the one before it, and when the last one is over."""
        if not self._fragments:
            self._began, self._last = whole[0][1].dts, -1
        times: list[int] = []
        for _, stamp in whole:
            self._last = max(stamp.dts - self._began, self._last + 1)
            times.append(self._last)
        packet, stamp = whole[-1]
        return [*times, self._last + (packet.duration or stamp.lasts)]

    def _later(self, stamp: Stamp, decoded: int) -> int:
        return min(max(stamp.pts - self._began - decoded, 0), LONGEST)

    def _append(self, parts: list[bytes]) -> None:
        size = sum(map(len, parts))
        written = os.writev(self._file.fileno(), parts) if len(parts) <= _MOST_AT_ONCE else 0
        rest = memoryview(b"" if written == size else b"".join(parts))[written:]
        while rest:
            rest = rest[self._file.write(rest) :]
        self.bytes += size
