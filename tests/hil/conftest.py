"""A short film with the marker of the bench, and whether the RTSP server can run here."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from hil.cameras import PYTHON, Cameras, serve
from hil.clips import MARKER_PX

FPS = 15
EMPTY_S, PEOPLE_S = 2, 1


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds: two without the white square, one with it, which begins in the middle of a GOP."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 320, 180, "yuv420p", FPS
        for number in range((EMPTY_S + PEOPLE_S) * FPS):
            picture = np.full((180, 320, 3), 90, np.uint8)
            picture[:, number * 4 : number * 4 + 20] = 200
            picture[-MARKER_PX:, -MARKER_PX:] = 255 if number >= EMPTY_S * FPS else 0
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def cameras(film: Path) -> Iterator[Cameras]:
    """Two cameras that show the film, behind a password."""
    look = "import gi; gi.require_version('GstRtspServer', '1.0')"
    if subprocess.run([PYTHON, "-I", "-c", look], capture_output=True, timeout=20, check=False).returncode:
        pytest.skip("gir1.2-gst-rtsp-server-1.0 is not installed: no RTSP server")
    with serve({"cam-1": film, "cam-2": film}, password="mat-khau") as running:
        yield running
