"""A whole commune whose one camera is live: it films a clock."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hil.cameras import PYTHON
from hil.clips import ClipInfo
from hil.commune import CAMERA_PASSWORD, Commune

CLOCK_CAMERA = Path(__file__).parents[2] / "clock_camera.py"
CAMERA = "cam-1"
ZONE = ((0.3, 0.3), (0.7, 0.3), (0.7, 0.9), (0.3, 0.9))


class ClockCommune(Commune):
    """``encoded_ms`` tells how long the camera itself took for each picture."""

    def __init__(self, root: Path) -> None:
        film = ClipInfo("clock", CLOCK_CAMERA, ZONE, 1.0, 1.0)
        super().__init__(root, (film,), web_port=0, live_port=0, talk_addresses=("127.0.0.1",))

    @property
    def encoded_ms(self) -> list[float]:
        """Since the commune began."""
        found: list[float] = []
        for line in (self.layout.logs / "rtsp.log").read_text(errors="replace").splitlines():
            if line.startswith('{"encoded_ms"'):
                found += json.loads(line)["encoded_ms"]
        return found

    def _rtsp_command(self) -> list[str]:
        login = ["--user", "admin", "--password", CAMERA_PASSWORD]
        return [PYTHON, "-I", str(CLOCK_CAMERA), "--port", str(self.ports.rtsp), *login, CAMERA]


@contextmanager
def clock_commune(root: Path) -> Iterator[ClockCommune]:
    """It runs, and its camera is online, inside the ``with``; raises TimeoutError when it does not come."""
    with ClockCommune(root) as commune:
        wait = threading.Event()
        for _ in range(450):
            if commune.state()["cameras"][0]["state"] == "online":
                break
            wait.wait(0.2)
        else:
            raise TimeoutError("the clock camera did not come online within 90 s")
        yield commune
