"""A real shard as a child process, real RTSP cameras from GStreamer, clips made with x264."""

import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import av
import cv2
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from edge.core.vision import CameraState
from edge.kernel.wire import CHANNEL_FD, BlockingChannel
from edge.kernel.wire.vision import (
    CameraHealth,
    FromShard,
    KeepStill,
    ShardSetup,
    ToShard,
)

ROOT = Path(__file__).resolve().parents[3]
SYSTEM_PYTHON = Path("/usr/bin/python3")
EVERYWHERE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
Kind = TypeVar("Kind", bound=msgspec.Struct)


def wait_for(condition: Callable[[], bool], deadline_s: float, what: str) -> None:
    """Look again and again until it holds; fails with ``what``."""
    until = time.monotonic() + deadline_s
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.02)
    pytest.fail(f"not within {deadline_s} s: {what}")


class Bench:
    """A running shard and everything it said."""

    def __init__(self, setup: ShardSetup) -> None:
        self.setup = setup
        self.said: list[tuple[float, FromShard]] = []
        self.sock, theirs = socket.socketpair()
        fd = theirs.fileno()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "edge.workers.vision"],
            env={**os.environ, CHANNEL_FD: str(fd)},
            pass_fds=(fd,),
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        theirs.close()
        self._channel: BlockingChannel[FromShard, ToShard] = BlockingChannel(
            self.sock,
            FromShard,  # type: ignore[arg-type]  # msgspec takes a union
        )
        self._log: list[str] = []
        for target in (self._listen, self._read_log):
            threading.Thread(target=target, daemon=True).start()
        self._channel.send(setup)

    @property
    def log(self) -> str:
        """What the child wrote to stderr so far."""
        return "".join(self._log)

    def heard(self, kind: type[Kind]) -> list[Kind]:
        """All messages of one kind so far."""
        return [message for _, message in list(self.said) if isinstance(message, kind)]

    def states(self, camera: str) -> list[str]:
        """The states of a camera in order, without repeats."""
        told = [health.state for health in self.heard(CameraHealth) if health.camera == camera]
        return [state for index, state in enumerate(told) if index == 0 or told[index - 1] != state]

    def wait_state(self, camera: str, state: CameraState, deadline_s: float = 15.0) -> None:
        """Until the camera's newest state is this one."""
        wait_for(
            lambda: self.states(camera)[-1:] == [state],
            deadline_s,
            f"{camera} {state}; states {self.states(camera)}; log {self.log}",
        )

    def keep_still(self, camera: str, incident: str) -> None:
        """Ask for an incident's picture."""
        self._channel.send(KeepStill(camera, incident))

    def close(self) -> None:
        """End the child if it still runs."""
        self.process.kill()
        self.process.wait(5)
        self.sock.close()

    def _listen(self) -> None:
        try:
            while (message := self._channel.receive()) is not None:
                self.said.append((time.monotonic(), message))
        except OSError:
            return

    def _read_log(self) -> None:
        assert self.process.stderr is not None
        self._log.extend(self.process.stderr)


class Cameras:
    """A running RTSP server and the way to spoil its cameras."""

    def __init__(self, mounts: dict[str, Path], *arguments: str) -> None:
        command = [str(SYSTEM_PYTHON), "-I", str(ROOT / "hil" / "rtsp_server.py"), *arguments]
        command += [f"{name}={path}" for name, path in mounts.items()]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        if not select.select([self.process.stdout], [], [], 15)[0]:
            self.close()
            pytest.fail("the RTSP server does not start")
        self.port = json.loads(self.process.stdout.readline())["port"]

    def url(self, name: str, login: str = "") -> str:
        """Where a camera is."""
        return f"rtsp://{login}127.0.0.1:{self.port}/{name}"

    def fault(self, kind: str, name: str) -> None:
        """`stall`, `garble` or `heal` a camera."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{kind} {name}\n")
        self.process.stdin.flush()

    def close(self) -> None:
        """End the server."""
        self.process.kill()
        self.process.wait(5)


def write_clip(
    path: Path, pictures: Iterator[NDArray[np.uint8]], fps: int = 10, codec: str = "libx264", b_frames: int = 0
) -> Path:
    """An MP4 as a camera would film it: a key frame a second."""
    with av.open(str(path), "w") as container:
        stream = None
        for picture in pictures:
            if stream is None:
                stream = container.add_stream(codec, rate=Fraction(fps))
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = "yuv420p"
                stream.codec_context.gop_size = fps
                stream.codec_context.max_b_frames = b_frames
                stream.options = {"preset": "ultrafast"} if b_frames else {"preset": "ultrafast", "tune": "zerolatency"}
                if codec == "libx265":
                    stream.options = {**stream.options, "x265-params": "log-level=none"}
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        assert stream is not None
        container.mux(stream.encode())
    return path


def yard(width_px: int = 640, height_px: int = 360) -> NDArray[np.uint8]:
    """A still picture with some structure, the same every time."""
    noise = np.random.default_rng(7).integers(40, 200, (height_px // 8, width_px // 8, 3), np.uint8)
    return np.kron(noise, np.ones((8, 8, 1), np.uint8))


def persons_from(path: Path, seconds: float) -> Iterator[NDArray[np.uint8]]:
    """The beginning of a real clip."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if frame.time is None or frame.time > seconds:
                return
            yield frame.to_ndarray(format="bgr24")


PERSON = (slice(390, 910), slice(40, 260))  # rows and columns of the man on the left of bus.jpg
EMPTY_S = 4.0


def person_passes(photograph: Path) -> Iterator[NDArray[np.uint8]]:
    whole = cv2.imread(str(photograph))
    assert whole is not None
    person = cv2.resize(whole[PERSON], (110, 260))
    ground = cv2.GaussianBlur(yard(), (61, 61), 0)
    for _ in range(int(EMPTY_S * 10)):
        yield ground
    for step in range(40):
        picture = ground.copy()
        left = 20 + 12 * step
        picture[90:350, left : left + 110] = person
        yield picture
