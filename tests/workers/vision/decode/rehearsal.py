"""Plays a film for an hour of its own time to one camera's sight, as fast as this machine can, and counts its wakes.

    python -m tests.workers.vision.decode.rehearsal FILM [HOURS]

The detector sees nobody, so that every wake is for nothing. Prints JSON: {"wakes_h", "looks_h", "motion_ms"}.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import av

from edge.core.vision import DecodeMode
from edge.workers.vision.decode.motion import Motion
from edge.workers.vision.decode.pixels import luma
from tests.workers.vision.decode.film import START, Post

LEARN_S = 10.0
"""The first look after connecting is no wake."""
MOTION_PICTURES = 300


def packets(path: Path, hours: float) -> Iterator[tuple[av.Packet, float]]:
    """The film's packets again and again, with the second at which each arrives and a clock that goes on."""
    loop_s = 0.0
    while loop_s < hours * 3600:
        with av.open(str(path)) as container:
            video = container.streams.video[0]
            length = int(video.duration)
            for packet in container.demux(video):
                if packet.size:
                    shift = round(loop_s / video.time_base)
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    yield packet, float(packet.dts * packet.time_base)
        loop_s += float(length * video.time_base)


def rehearse(path: Path, hours: float) -> dict[str, float]:
    """Wakes and looks in this time."""
    wakes, looks, mode = 0, 0, DecodeMode.FULL
    with tempfile.TemporaryDirectory() as folder, av.open(str(path)) as container:
        post = Post(Path(folder), sees=False)
        post.sight.opened(container.streams.video[0], START)
        for packet, time_s in packets(path, hours):
            post.clock.time = START + time_s
            post.sight.packet(packet, post.clock.time)
            while post.mailbox.take(0) is not None:
                looks += 1
            now = post.sight.figures(post.clock.time).mode
            wakes += now is DecodeMode.FULL is not mode and time_s > LEARN_S
            mode = now
    return {"wakes_h": wakes / hours, "looks_h": looks / hours}


def motion_ms(path: Path) -> float:
    """What one comparison of a decoded picture costs, median."""
    motion, took_ms = Motion(), []
    with av.open(str(path)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            picture = luma(frame)
            began = time.perf_counter()
            motion.moving(picture)
            took_ms.append((time.perf_counter() - began) * 1000)
            if number >= MOTION_PICTURES:
                break
    return statistics.median(took_ms)


def main() -> None:
    """Of the film on the command line."""
    path, hours = Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    print(json.dumps({**rehearse(path, hours), "motion_ms": motion_ms(path)}))  # noqa: T201 - its interface


if __name__ == "__main__":
    main()
