"""ONVIF against a camera that checks passwords by its own wrong clock: found, asked, set, written down."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from edge.core.errors import FinalError, TransientError
from edge.workers.cameras.cli import cameras
from edge.workers.cameras.onvif.device import OnvifCamera as Asked
from edge.workers.cameras.onvif.discovery import discover, services_in
from edge.workers.cameras.onvif.soap import MOST_BYTES, parse
from hil.onvif_camera import OnvifCamera, OnvifStream, onvif_camera

STREAMS = {
    "chính": OnvifStream("H265", 2560, 1440, "rtsp://10.0.0.7:554/main?a=1"),
    "phụ": OnvifStream("H264", 640, 360, "rtsp://10.0.0.7:554/sub"),
    "tí hon": OnvifStream("H264", 176, 144, "rtsp://10.0.0.7:554/tiny"),
}


@pytest.fixture
def camera() -> Iterator[OnvifCamera]:
    try:
        with onvif_camera(OnvifCamera(STREAMS, ahead_s=-7200)) as running:
            yield running
    except OSError as error:
        pytest.skip(f"no multicast on this machine's loopback: {error}")


def test_a_camera_is_found_by_multicast_and_its_noise_is_ignored(camera: OnvifCamera) -> None:
    assert discover(1.5, "127.0.0.1") == [camera.url]


def test_a_camera_two_hours_behind_is_still_logged_in_to_and_gets_the_right_time(camera: OnvifCamera) -> None:
    asked = Asked(camera.url, "admin", "camera-1")
    assert asked.clock_ahead().total_seconds() == pytest.approx(-7200, abs=2)
    assert asked.name() == 'Hãng Thử Simulated <&> " 1'
    asked.set_clock()
    assert camera.ahead_s == pytest.approx(0, abs=2)
    assert [(one.codec, one.width) for one in asked.profiles()] == [("H265", 2560), ("H264", 640), ("H264", 176)]


def test_a_wrong_password_is_said_and_nothing_is_set(camera: OnvifCamera) -> None:
    asked = Asked(camera.url, "admin", "khác")
    asked.clock_ahead()
    with pytest.raises(FinalError, match="không nhận tên hoặc mật khẩu"):
        asked.set_clock()
    assert camera.ahead_s == -7200


def test_the_block_names_the_h264_sub_stream_to_watch_and_the_main_stream_to_record(
    camera: OnvifCamera, tmp_path: Path
) -> None:
    target = tmp_path / "camera.toml"
    options = ["discover", "--address", "127.0.0.1", "--wait", "1.5", "--set-clock", "--output", str(target)]
    done = CliRunner().invoke(cameras, options, env={"MOLANG_CAMERA_PASSWORD": "camera-1"})
    assert done.exit_code == 0, done.output
    assert target.stat().st_mode & 0o777 == 0o600
    (block,) = tomllib.loads(target.read_text())["camera"]
    assert block["id"] == "hang-thu-simulated-127-0-0-1"
    assert block["name"] == 'Hãng Thử Simulated <&> " 1'
    assert block["url"] == "rtsp://admin:camera-1@127.0.0.1:554/sub"
    assert block["record_url"] == "rtsp://admin:camera-1@127.0.0.1:554/main?a=1"
    assert camera.ahead_s == pytest.approx(0, abs=2)
    assert "SetSystemDateAndTime" in camera.asked


def test_without_permission_no_clock_is_set(camera: OnvifCamera) -> None:
    options = ["discover", "--address", "127.0.0.1", "--wait", "1", "--password", "camera-1"]
    done = CliRunner().invoke(cameras, options)
    assert done.exit_code == 0, done.output
    assert "SetSystemDateAndTime" not in camera.asked


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<a",
        b"<a></b>",
        b'<!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>',
        b"<a>" + b" " * MOST_BYTES + b"</a>",
    ],
)
def test_rubbish_is_refused_whole(data: bytes) -> None:
    with pytest.raises(FinalError):
        parse(data)
    assert services_in(data) == []


def test_a_dead_address_is_a_sentence() -> None:
    with pytest.raises(TransientError, match="không trả lời"):
        Asked("http://127.0.0.1:9/onvif", "a", "b").clock_ahead()


def test_discovered_addresses_are_http_only() -> None:
    answer = (
        b'<e:Envelope xmlns:e="x" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><d:ProbeMatch>'
        b"<d:XAddrs>file:///etc/passwd http://10.0.0.1/a gopher://x</d:XAddrs></d:ProbeMatch></e:Envelope>"
    )
    assert services_in(answer) == ["http://10.0.0.1/a"]
