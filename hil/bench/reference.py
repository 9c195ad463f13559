"""What users would run otherwise: one ffmpeg child a camera, motion in Python on a small grey picture.

    python -m hil.bench.reference rtsp://… rtsp://…

The children scale and thin out to 640x360 at 5 pictures a second, as the well-known recorders for home servers do; this
process reads all their pipes, makes each picture 100 pixels high and compares it with a slow average. Each line on
stdin is answered with {"pictures": n, "moving": n} so far.
"""

import json
import os
import selectors
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import IO, Any

import cv2
import numpy as np

WIDTH, HEIGHT, FPS = 640, 360, 5
FRAME_BYTES = WIDTH * HEIGHT * 3 // 2
SMALL = (178, 100)
AVERAGE_ALPHA, STEP, LEAST_AREA = 0.01, 30, 10
PIPE_BYTES = 1 << 20
READ_BYTES = 1 << 18


@dataclass(slots=True)
class Camera:
    """One child and what came of it."""

    process: "subprocess.Popen[bytes]"
    rest: bytearray = field(default_factory=bytearray)
    average: "np.ndarray[Any, Any] | None" = None
    pictures: int = 0
    moving: int = 0


def command(url: str) -> list[str]:
    """The child's command line."""
    loud = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-threads", "2", "-rtsp_transport", "tcp", "-i", url]
    shape = ["-threads", "2", "-an", "-r", str(FPS), "-vf", f"fps={FPS},scale={WIDTH}:{HEIGHT}"]
    return [*loud, *shape, "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:"]


def start(url: str) -> Camera:
    """Start a child."""
    pipe = subprocess.PIPE
    return Camera(subprocess.Popen(command(url), stdin=subprocess.DEVNULL, stdout=pipe, pipesize=PIPE_BYTES))


def take(camera: Camera, data: bytes) -> None:
    """Bytes of a pipe: look at each whole picture in them."""
    camera.rest += data
    while len(camera.rest) >= FRAME_BYTES:
        luma = np.frombuffer(bytes(camera.rest[: WIDTH * HEIGHT]), np.uint8).reshape(HEIGHT, WIDTH)
        del camera.rest[:FRAME_BYTES]
        camera.pictures += 1
        camera.moving += look(camera, luma)


def look(camera: Camera, luma: "np.ndarray[Any, Any]") -> bool:
    """Whether something moved: small, blurred, against a slow average, large enough shapes."""
    small = cv2.GaussianBlur(cv2.resize(luma, SMALL, interpolation=cv2.INTER_LINEAR), (3, 3), 0)
    if camera.average is None:
        camera.average = small.astype(np.float32)
        return False
    difference = cv2.absdiff(small, cv2.convertScaleAbs(camera.average))
    changed = cv2.dilate(cv2.threshold(difference, STEP, 255, cv2.THRESH_BINARY)[1], None, iterations=2)
    shapes, _ = cv2.findContours(changed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    cv2.accumulateWeighted(small, camera.average, AVERAGE_ALPHA)
    return any(cv2.contourArea(shape) >= LEAST_AREA for shape in shapes)


def read_for_ever(cameras: list[Camera]) -> None:
    """Read all pipes until the last child ends."""
    with selectors.DefaultSelector() as selector:
        for camera in cameras:
            assert camera.process.stdout is not None
            selector.register(camera.process.stdout, selectors.EVENT_READ, camera)
        while selector.get_map():
            for key, _ in selector.select():
                data = os.read(key.fd, READ_BYTES)
                if data:
                    take(key.data, data)
                else:
                    selector.unregister(key.fileobj)


def answer(lines: IO[str], cameras: list[Camera]) -> None:
    """A line of JSON for each line, until there are no more."""
    for _ in lines:
        sums = {name: sum(getattr(camera, name) for camera in cameras) for name in ("pictures", "moving")}
        sys.stdout.write(json.dumps(sums) + "\n")
        sys.stdout.flush()


def main() -> None:
    """Watch all the streams named on the command line until stdin ends."""
    cv2.setNumThreads(1)
    cameras = [start(url) for url in sys.argv[1:]]
    threading.Thread(target=read_for_ever, args=(cameras,), daemon=True).start()
    try:
        answer(sys.stdin, cameras)
    finally:
        for camera in cameras:
            camera.process.kill()
            camera.process.wait()


if __name__ == "__main__":
    main()
