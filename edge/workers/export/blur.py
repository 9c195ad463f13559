"""Cuts a span with everybody in it made unrecognisable: decoded, hidden, encoded again. It fails closed."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2

from edge.kernel.wire.export import Cut
from edge.workers.export.hiding import Box, Hider, Pixels, open_people_detector
from edge.workers.export.packets import Timed, opened
from edge.workers.export.result import Written
from edge.workers.export.timeline import MILLISECOND, Timeline

AROUND_MS = 600
"""What was found in a picture stays hidden so long before and after it: a detector blinks, people do not."""
LOOK_EVERY_MS = 150
MOST_UNSEEN = 5
MOST_AHEAD = 24
"""Pictures in memory, of 6 MB each at 1080p; a faster camera is hidden for a shorter time around."""
BLOCKS = 6
"""Coarse blocks along the longer side of what is hidden: a face of 30 pixels becomes one or two grey tones."""
ENCODER = {"preset": "veryfast", "crf": "24", "bf": "0"}


_Found = tuple[int, tuple[Box, ...]]
"""When, and what."""


@dataclass(frozen=True, slots=True)
class _Shot:
    """One picture with what was found in it."""

    at_ms: int
    bgr: Pixels
    boxes: tuple[Box, ...]


def blur_into(job: Cut, part: Path) -> Written:
    """Write the blurred span."""
    assert job.blur is not None
    hider = Hider(open_people_detector(job.blur), job.blur.masks)
    written, timeline = Written(), Timeline()
    with av.open(str(part), "w", format="mp4", options={"movflags": "faststart"}) as target:
        stream: av.VideoStream | None = None
        for shot in _hidden(_shots(job, hider), hider):
            stream = stream or _encoder(target, shot.bgr)
            _write(shot, target, stream, timeline, written)
        if stream is not None:
            target.mux(stream.encode(None))
    written.gaps = timeline.gaps
    written.blurred = "people" if hider.finds_people else "all"
    return written


def _shots(job: Cut, hider: Hider) -> Iterator[_Shot]:
    """Every picture of the span; looked at often enough that nobody walks between two looks.

    A camera's clock may crawl or stand still: of so many pictures one is looked at, whatever it says.
    """
    looked_ms, unseen = -LOOK_EVERY_MS, 0
    for at_ms, frame in _frames(job):
        bgr = frame.to_ndarray(format="bgr24")
        boxes: tuple[Box, ...] = ()
        unseen += 1
        if at_ms - looked_ms >= LOOK_EVERY_MS or at_ms < looked_ms or unseen >= MOST_UNSEEN:
            boxes, looked_ms, unseen = tuple(hider.boxes(bgr)), at_ms, 0
        if job.since_ms <= at_ms < job.until_ms:
            yield _Shot(at_ms, bgr, boxes)


def _frames(job: Cut) -> Iterator[tuple[int, "av.VideoFrame"]]:
    for source, packets in opened(job):
        decoder = source.streams.video[0].codec_context
        times: dict[int, int] = {}
        for frame in _decoded(packets, decoder, times):
            if frame.pts in times:
                yield times.pop(frame.pts), frame


def _decoded(
    packets: Iterable[Timed], decoder: "av.VideoCodecContext", times: dict[int, int]
) -> Iterator["av.VideoFrame"]:
    """A packet that does not decode shows nothing."""
    for timed in packets:
        times[timed.packet.pts] = timed.at_ms
        try:
            yield from decoder.decode(timed.packet)
        except av.error.InvalidDataError:
            continue
    yield from decoder.decode(None)


def _hidden(shots: Iterable[_Shot], hider: Hider) -> Iterator[_Shot]:
    """Each picture with all hidden that was found in it, shortly before it, or shortly after it."""
    past: deque[_Found] = deque()
    ahead: deque[_Shot] = deque()
    for shot in shots:
        ahead.append(shot)
        while shot.at_ms - ahead[0].at_ms > AROUND_MS or len(ahead) > MOST_AHEAD:
            yield _hide(ahead, past, hider)
    while ahead:
        yield _hide(ahead, past, hider)


def _hide(ahead: deque[_Shot], past: deque[_Found], hider: Hider) -> _Shot:
    shot = ahead.popleft()
    while past and shot.at_ms - past[0][0] > AROUND_MS:
        past.popleft()
    past.append((shot.at_ms, shot.boxes))
    around = [*past, *((other.at_ms, other.boxes) for other in ahead)]
    near = {box for at_ms, boxes in around for box in boxes if abs(at_ms - shot.at_ms) <= AROUND_MS}
    for box in near:
        pixelate(shot.bgr, box)
    hider.black_out(shot.bgr)
    return shot


def pixelate(bgr: Pixels, box: Box) -> None:
    """Make a few coarse blocks of this part."""
    left, top, right, bottom = box
    part = bgr[top:bottom, left:right]
    high, wide = part.shape[:2]
    if not high or not wide:
        return
    block = max(high, wide) / BLOCKS
    few = (max(1, round(wide / block)), max(1, round(high / block)))
    small = cv2.resize(part, few, interpolation=cv2.INTER_AREA)
    bgr[top:bottom, left:right] = cv2.resize(small, (wide, high), interpolation=cv2.INTER_NEAREST)


def _encoder(target: "av.container.OutputContainer", bgr: Pixels) -> "av.VideoStream":
    stream: av.VideoStream = target.add_stream("libx264", options=ENCODER)
    stream.height, stream.width = (side // 2 * 2 for side in bgr.shape[:2])
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = MILLISECOND
    return stream


def _write(
    shot: _Shot,
    target: "av.container.OutputContainer",
    stream: "av.VideoStream",
    timeline: Timeline,
    written: Written,
) -> None:
    even = shot.bgr[: stream.height, : stream.width]
    frame = av.VideoFrame.from_ndarray(even.copy(), format="bgr24")
    frame.pts, frame.time_base = shot.at_ms - timeline.place(shot.at_ms), MILLISECOND
    target.mux(stream.encode(frame))
    written.add(shot.at_ms, 0)
