"""The least that anybody can do with cameras: read every packet of each, decode it if asked to, and look at none.

    python -m hil.bench.decode_only [--packets] rtsp://… rtsp://…

A thread a camera, one decoding thread each, RTSP over TCP, as the vision shard does it. Each line on stdin is
answered with the number of pictures decoded so far; with `--packets` nothing is decoded, and packets are counted.
"""

import sys
import threading
from dataclasses import dataclass
from functools import partial

import av

OPTIONS = {"rtsp_transport": "tcp", "allowed_media_types": "video"}
DEADLINE_S = 10.0
PACKETS = "--packets"


@dataclass(slots=True)
class Counter:
    """Pictures of one camera; its thread writes it, another reads it."""

    pictures: int = 0


def read_for_ever(url: str, counter: Counter, *, decode: bool) -> None:
    """Read until the stream ends."""
    with av.open(url, options=OPTIONS, timeout=DEADLINE_S) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        for packet in container.demux(stream):
            counter.pictures += len(packet.decode()) if decode else 1


def main() -> None:
    """Read all the streams named on the command line until stdin ends."""
    decode = PACKETS not in sys.argv
    counters = {url: Counter() for url in sys.argv[1:] if url != PACKETS}
    for url, counter in counters.items():
        threading.Thread(target=partial(read_for_ever, url, counter, decode=decode), daemon=True).start()
    for _ in sys.stdin:
        print(sum(counter.pictures for counter in counters.values()), flush=True)  # noqa: T201 - its interface


if __name__ == "__main__":
    main()
