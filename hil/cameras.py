"""Starts the RTSP server of `hil/rtsp_server.py` as a child, and stops it."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal

SERVER = Path(__file__).with_name("rtsp_server.py")
PYTHON = "/usr/bin/python3"
STOP_S = 5.0
Fault = Literal["stall", "garble", "heal"]


@dataclass(frozen=True, slots=True)
class Cameras:
    """A running server; `url` names a camera of it."""

    port: int
    user: str
    password: str
    process: "subprocess.Popen[str]"
    began: dict[str, list[float]] = field(default_factory=dict)
    """For each camera that was ever watched, the monotonic times at which its loop began: the last one counts now."""

    def url(self, camera: str) -> str:
        """The RTSP address, with the password if there is one."""
        login = f"{self.user}:{self.password}@" if self.password else ""
        return f"rtsp://{login}127.0.0.1:{self.port}/{camera}"

    def fault(self, camera: str, fault: Fault) -> None:
        """Let a camera's packets stop or rot, or be well again."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{fault} {camera}\n")
        self.process.stdin.flush()


def command(
    clips: Mapping[str, Path], port: int = 0, user: str = "admin", password: str = "", control: Path | None = None
) -> list[str]:
    """How the server is started; it prints its port as JSON on its first line. `control` is a FIFO for faults."""
    login = ["--user", user, "--password", password] if password else []
    login += ["--control", str(control)] if control else []
    mounts = [f"{camera}={path}" for camera, path in clips.items()]
    return [PYTHON, "-I", str(SERVER), "--port", str(port), *login, *mounts]


@contextmanager
def serve(
    clips: Mapping[str, Path],
    port: int = 0,
    user: str = "admin",
    password: str = "",
    log: IO[str] | None = None,
    *,
    apart: bool = False,
) -> Iterator[Cameras]:
    """Cameras by name, each playing its film, inside the ``with``; ``apart``: none is where another one is in the same.

    Raises OSError when the server does not start.
    """
    process = subprocess.Popen(
        [*command(clips, port, user, password), *(["--apart"] if apart else [])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log or sys.stderr,
        text=True,
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        if not first:
            raise OSError("the RTSP server did not start; is gir1.2-gst-rtsp-server-1.0 installed?")
        running = Cameras(int(json.loads(first)["port"]), user, password, process)
        threading.Thread(target=_listen, args=(process.stdout, running.began), daemon=True).start()
        yield running
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listen(lines: IO[str], began: dict[str, list[float]]) -> None:
    for line in lines:
        facts = json.loads(line)
        began.setdefault(facts["mount"], []).append(facts["began"])
