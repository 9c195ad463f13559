"""One vision shard in its own process, started as the supervisor starts it, with everything it says written down."""

import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from edge.core.vision import CameraState
from edge.kernel.wire import CHANNEL_FD, BlockingChannel
from edge.kernel.wire.vision import CameraHealth, CameraSetup, FromShard, ShardSetup, ToShard, Tracks
from hil.bench.outcome import BenchUnavailableError
from hil.harness import ROOT, python

ONLINE_S = 30.0
LOOK_EVERY_S = 0.05
END_S = 5.0
MODEL_PX = 320
WHOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


@dataclass(slots=True)
class Shard:
    """A running shard; `tracks` holds (when it was heard, what)."""

    pid: int
    tracks: list[tuple[float, Tracks]] = field(default_factory=list)
    online: set[str] = field(default_factory=set)

    def wait_online(self, cameras: int) -> None:
        """Until all its cameras gave a picture. Raises BenchUnavailableError after a deadline."""
        until = time.monotonic() + ONLINE_S
        while len(self.online) < cameras:
            if time.monotonic() > until:
                raise BenchUnavailableError(f"only {len(self.online)} of {cameras} cameras within {ONLINE_S:.0f} s")
            time.sleep(LOOK_EVERY_S)


@contextmanager
def running_shard(urls: dict[str, str], model: Path, folder: Path, log: IO[str]) -> Iterator[Shard]:
    """A shard with these cameras and one thread for the model; it ends with the ``with``."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            python("edge.workers.vision"),
            env={**os.environ, CHANNEL_FD: str(theirs.fileno())},
            pass_fds=(theirs.fileno(),),
            cwd=ROOT,
            stderr=log,
        )
    channel: BlockingChannel[Any, ToShard] = BlockingChannel(ours, FromShard)  # type: ignore[arg-type]  # a union
    shard = Shard(process.pid)
    listener = threading.Thread(target=_listen, args=(channel, shard), daemon=True)
    try:
        channel.send(_setup(urls, model, folder))
        listener.start()
        yield shard
    finally:
        process.kill()
        process.wait(END_S)
        listener.join(END_S)
        ours.close()


def _setup(urls: dict[str, str], model: Path, folder: Path) -> ShardSetup:
    return ShardSetup(
        shard=1,
        cameras=tuple(CameraSetup(name, url, (WHOLE,)) for name, url in urls.items()),
        model_path=str(model),
        model_size=MODEL_PX,
        labels=("person",),
        min_score=0.4,
        threads=1,
        media_folder=str(folder / "media"),
        packets_path=str(folder / "packets.sock"),
    )


def _listen(channel: "BlockingChannel[Any, ToShard]", shard: Shard) -> None:
    while (message := _next(channel)) is not None:
        if isinstance(message, Tracks):
            shard.tracks.append((time.monotonic(), message))
        elif isinstance(message, CameraHealth) and message.state == CameraState.ONLINE:
            shard.online.add(message.camera)


def _next(channel: "BlockingChannel[Any, ToShard]") -> object:
    try:
        return channel.receive()
    except OSError:  # the shard was ended in the middle of a word
        return None
