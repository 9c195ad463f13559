"""Recordings that nobody announced: a shard was killed, or the power went, while it wrote them."""

import heapq
import logging
from collections.abc import Iterator
from pathlib import Path

import av

from edge.kernel.wire.vision import SegmentDone

log = logging.getLogger(__name__)

NEWEST = 2
"""One was being written and one may have been done; older ones are the supervisor's, which sweeps at its start."""
YOUNGER_MS = 600_000
UNKNOWN_MOTION = 1.0
"""What moved in it nobody knows any more: it counts as something, not as nothing."""


def leftovers(folder: Path, camera: str, now_ms: int) -> Iterator[SegmentDone]:
    """What plays of the newest files of a camera; what does not is deleted. Announcing one again is harmless.

    ``folder`` is the media folder. Raises OSError.
    """
    for path in _newest(folder / "recordings" / camera):
        if int(path.stem) > now_ms - YOUNGER_MS:
            done = salvage(folder, camera, path)
            if done is not None:
                yield done


def _newest(folder: Path) -> list[Path]:
    """A day holds thousands of files: names are compared, and nothing else is kept of them."""
    days = sorted(folder.iterdir())[-NEWEST:] if folder.is_dir() else []
    files = (path for day in days for path in day.glob("*.mp4") if path.stem.isdecimal())
    return heapq.nlargest(NEWEST, files, key=lambda path: int(path.stem))


def salvage(folder: Path, camera: str, path: Path) -> SegmentDone | None:
    """What plays of a torn file; one of which nothing plays is deleted."""
    done = _playable(folder, camera, path)
    if done is None:
        log.warning("camera %s: nothing of %s plays, deleted", camera, path.name)
        path.unlink(missing_ok=True)
    return done


def _playable(folder: Path, camera: str, path: Path) -> SegmentDone | None:
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                return None
            video = container.streams.video[0]
            last_s = _last_s(container, video)
            context = video.codec_context
            codec, width, height = str(context.name), int(context.width), int(context.height)
    except av.error.FFmpegError:
        return None
    began_ms = int(path.stem)
    return (
        None
        if last_s <= 0.0
        else SegmentDone(
            camera=camera,
            path=str(path.relative_to(folder)),
            began_ms=began_ms,
            ended_ms=began_ms + round(last_s * 1000),
            bytes=path.stat().st_size,
            codec=codec,
            width=width,
            height=height,
            motion=UNKNOWN_MOTION,
            objects=False,
        )
    )


def _last_s(container: av.container.InputContainer, video: av.VideoStream) -> float:
    """Where the last whole packet ends: the index of a torn file is wrong, its packets are not."""
    last_s = 0.0
    try:
        for packet in container.demux(video):
            if packet.pts is not None and packet.size:
                last_s = max(last_s, float((packet.pts + packet.duration) * packet.time_base))
    except av.error.FFmpegError:
        return last_s
    return last_s
