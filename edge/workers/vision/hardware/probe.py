"""Which decoders may be trusted here: `python -m edge.workers.vision.hardware.probe NAME CODEC` judges one.

It prints one JSON line: {"trusted": true, "frames": 60, "ms_per_frame": 1.2, "software_ms": 0.7} or the reason why not.
"""

import json
import logging
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import av
import numpy as np

from edge.workers.vision.hardware.base import FrameDecoder, HardwareFailedError
from edge.workers.vision.hardware.catalogue import OPENERS
from edge.workers.vision.hardware.reference import HEIGHT, WIDTH, Film, reference

log = logging.getLogger(__name__)

PROBE_S = 30.0
"""A driver that hangs has not proved itself."""
CODECS = ("h264", "hevc")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one probe; ``reason`` says why it is not trusted."""

    trusted: bool
    reason: str = ""
    frames: int = 0
    ms_per_frame: float = 0.0
    software_ms: float = 0.0


def trusted(names: Sequence[str], codec: str) -> str:
    """The first of these decoders that proves itself for this codec, each tried in its own process; empty: none."""
    for name in names:
        verdict = in_own_process(name, codec)
        if verdict.trusted:
            log.info("decoder %s is trusted with %s: %d frames exact", name, codec, verdict.frames)
            return name
        log.warning("decoder %s is not used for %s: %s", name, codec, verdict.reason)
    return ""


def in_own_process(name: str, codec: str) -> Verdict:
    """The verdict of a child: a driver that crashes takes only that along."""
    command = [sys.executable, "-m", "edge.workers.vision.hardware.probe", name, codec]
    try:
        done = subprocess.run(  # noqa: S603 - ourselves, and a name from the config's own alphabet
            command, capture_output=True, timeout=PROBE_S, check=False, stdin=subprocess.DEVNULL
        )
        return Verdict(**json.loads(done.stdout.splitlines()[-1]))
    except subprocess.TimeoutExpired:
        return Verdict(trusted=False, reason=f"no answer within {PROBE_S:.0f} s")
    except (IndexError, ValueError, TypeError):
        return Verdict(trusted=False, reason=f"the probe died with status {done.returncode}")


def judge(name: str, codec: str) -> Verdict:
    """Decode the reference film by this decoder and compare every frame with software."""
    if name not in OPENERS:
        return Verdict(trusted=False, reason="no such decoder")
    film = reference(codec)
    software, software_ms = _decoded(_software(film), film)
    try:
        ours, ms = _decoded(OPENERS[name](codec, film.extradata, WIDTH, HEIGHT), film)
    except HardwareFailedError as error:
        return Verdict(trusted=False, reason=str(error) or type(error).__name__)
    wrong = difference(software, ours)
    return Verdict(not wrong, wrong, len(ours), round(ms, 2), round(software_ms, 2))


def difference(expected: Sequence[av.VideoFrame], got: Sequence[av.VideoFrame]) -> str:
    """Why these are not the same pictures at the same times; empty when they are, to the last bit."""
    if len(expected) != len(got):
        return f"{len(got)} frames of {len(expected)}"
    for number, (one, other) in enumerate(zip(expected, got, strict=True)):
        if one.pts != other.pts:
            return f"frame {number} has time {other.pts}, not {one.pts}"
        if not np.array_equal(_pixels(one), _pixels(other)):
            return f"frame {number} differs from software"
    return ""


def _pixels(frame: av.VideoFrame) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """All three planes; NV12 and its like only order the same numbers otherwise."""
    return np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8)


def _software(film: Film) -> FrameDecoder:
    context = av.CodecContext.create(film.codec, "r")
    context.extradata = film.extradata or None
    context.thread_count = 1
    return context  # type: ignore[no-any-return]  # av ships no types


def _decoded(decoder: FrameDecoder, film: Film) -> tuple[list[av.VideoFrame], float]:
    began = time.perf_counter()
    frames = [frame for packet in (*film.packets, None) for frame in decoder.decode(packet)]
    return frames, (time.perf_counter() - began) * 1000 / max(1, len(frames))


if __name__ == "__main__":
    print(json.dumps(asdict(judge(sys.argv[1], sys.argv[2]))))  # noqa: T201 - the answer
