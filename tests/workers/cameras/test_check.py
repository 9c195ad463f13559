"""`molang cameras check` against a real RTSP server."""

import json
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from click.testing import CliRunner

from edge.workers.cameras.cli import cameras
from hil.cameras import Cameras, serve

SECRET = "bi-mat-7"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cameras]:
    film = tmp_path_factory.mktemp("film") / "quiet.mp4"
    _write(film)
    try:
        with serve({"phu": film}, password=SECRET) as running:
            yield running
    except OSError as error:
        pytest.skip(str(error))


def _write(path: Path) -> None:
    noise = np.random.default_rng(1)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=15, options={"g": "30", "bf": "0", "sc_threshold": "0"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for _ in range(60):
            picture = noise.integers(90, 110, (360, 640, 3), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode())


def test_it_measures_what_the_camera_sends(server: Cameras) -> None:
    done = CliRunner().invoke(cameras, ["check", server.url("phu"), "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["codec"], told["width"], told["height"]) == ("h264", 640, 360)
    assert told["fps"] == pytest.approx(15, abs=0.7)
    assert told["gop_s"] == told["guaranteed_seen_s"] == pytest.approx(2.0, abs=0.15)
    assert 0 < told["key_frames_cpu_pct"] < told["full_decode_cpu_pct"]
    assert SECRET not in done.output


def test_people_get_a_table_and_a_verdict(server: Cameras) -> None:
    done = CliRunner().invoke(cameras, ["check", server.url("phu")])
    assert "640 x 360" in done.stdout
    assert "2,0 s" in done.stdout
    assert SECRET not in done.output


def test_a_wrong_password_and_a_wrong_address_are_sentences(server: Cameras) -> None:
    wrong = CliRunner().invoke(cameras, ["check", server.url("phu").replace(SECRET, "khac")])
    assert wrong.exit_code == 1
    assert "không nhận tên hoặc mật khẩu" in wrong.output
    assert "khac" not in wrong.output
    assert "rtsp://" in CliRunner().invoke(cameras, ["check", "http://x"]).output
