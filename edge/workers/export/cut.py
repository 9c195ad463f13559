"""Cuts a span of recordings into one file that any player opens."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import av

from edge.core.errors import FinalError
from edge.kernel.wire.export import Cut, CutDone
from edge.workers.export.blur import blur_into
from edge.workers.export.packets import UNREADABLE, Timed, opened
from edge.workers.export.result import Written
from edge.workers.export.timeline import MILLISECOND, Timeline

_BLOCK = 1024 * 1024


def cut(job: Cut) -> CutDone:
    """Write the file: complete under its name, synced, or not there at all.

    A copy begins at the key frame before the span. Raises FinalError when nothing can be cut, OSError when the disk
    fails.
    """
    target = Path(job.media_folder) / job.out
    part = target.with_suffix(".part")
    try:
        written = blur_into(job, part) if job.blur else copy_into(job, part)
        if not written.pictures:
            raise FinalError(UNREADABLE)
        sha256 = _sync_and_hash(part)
        size = part.stat().st_size
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    gaps = tuple(written.gaps)
    return CutDone(sha256, size, written.since_ms, written.until_ms, written.pictures, gaps, written.blurred)


def copy_into(job: Cut, part: Path) -> Written:
    """Copy the packets as they are."""
    written, timeline = Written(), Timeline()
    with av.open(str(part), "w", format="mp4", options={"movflags": "faststart"}) as target:
        stream: av.VideoStream | None = None
        for source, packets in opened(job):
            stream = stream or target.add_stream_from_template(source.streams.video[0])
            _copy(packets, target, stream, timeline, written)
    written.gaps = timeline.gaps
    return written


def _copy(
    packets: Iterable[Timed],
    target: "av.container.OutputContainer",
    stream: "av.VideoStream",
    timeline: Timeline,
    written: Written,
) -> None:
    for timed in packets:
        shift_ms = timeline.place(timed.decode_ms)
        packet, lasts = timed.packet, timed.lasts_ms
        packet.pts, packet.dts = timed.at_ms - shift_ms, timed.decode_ms - shift_ms
        packet.duration, packet.time_base = lasts, MILLISECOND
        packet.stream = stream
        target.mux(packet)
        written.add(timed.at_ms, lasts)


def _sync_and_hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        os.fsync(file.fileno())
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
