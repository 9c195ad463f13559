"""Cameras that refuse, stall, send rubbish or disappear, and come back."""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from edge.core.vision import CameraState
from edge.kernel.wire import Beat
from edge.kernel.wire.vision import CameraHealth
from tests.workers.vision.bench import Bench, Cameras, wait_for


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def fake_camera(answer: bytes | None) -> Iterator[str]:
    """A TCP server that answers everything with ``answer`` again and again, or nothing at all; gives its URL."""
    stop = threading.Event()

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while not stop.wait(0.02):
                if answer is not None:
                    try:
                        self.request.sendall(answer)
                    except OSError:
                        return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"rtsp://an:bi-mat@127.0.0.1:{server.server_address[1]}/cam"
        finally:
            stop.set()
            server.shutdown()


RUBBISH = {
    "web server": b"HTTP/1.0 200 OK\r\nServer: not a camera\r\n\r\n<html>",
    "noise": bytes(range(256)),
    "no line end": b"\x00\xff" * 512,
    "interleaved": b"$\x00\x05\x00hello",
}


def test_every_kind_of_bad_camera_gets_its_state_and_the_good_one_goes_on(
    start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], quiet_clip: Path
) -> None:
    with ExitStack() as fakes:
        urls = {name: fakes.enter_context(fake_camera(answer)) for name, answer in RUBBISH.items()}
        urls["silent"] = fakes.enter_context(fake_camera(None))
        urls["jpeg"] = fakes.enter_context(jpeg_camera())
        urls["good"] = start_cameras({"good": quiet_clip}).url("good")
        bench = start_shard(urls)
        for name in (*RUBBISH, "jpeg"):
            bench.wait_state(name, CameraState.GARBLED, 25)
        bench.wait_state("silent", CameraState.STALLED, 25)
        beats = len(bench.heard(Beat))
        wait_for(lambda: len(bench.heard(Beat)) > beats, 5, "the shard still beats")
        assert bench.states("good") == ["connecting", "online"], bench.log
        details = {(health.camera, health.state): health.detail for health in bench.heard(CameraHealth)}
    assert "mjpeg" in details["jpeg", CameraState.GARBLED]
    assert bench.log.count("camera silent stalled") == 1
    assert "bi-mat" not in bench.log + str(bench.said)


def test_refusing_camera_is_refused_once_in_the_log_and_comes_back(
    start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], quiet_clip: Path
) -> None:
    port = free_port()
    bench = start_shard({"ao": f"rtsp://127.0.0.1:{port}/ao"})
    bench.wait_state("ao", CameraState.REFUSED)
    start_cameras({"ao": quiet_clip}, "--port", str(port))
    bench.wait_state("ao", CameraState.ONLINE, 25)
    assert bench.states("ao") == ["connecting", "refused", "online"]
    assert bench.log.count("refused") == 1


def test_wrong_password_and_wrong_path_are_refusals_with_their_reason(
    start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], quiet_clip: Path
) -> None:
    cameras = start_cameras({"ao": quiet_clip}, "--password", "dung-roi")
    urls = {
        "sai": cameras.url("ao", "admin:sai-roi@"),
        "lac": cameras.url("khong-co", "admin:dung-roi@"),
        "ao": cameras.url("ao", "admin:dung-roi@"),
    }
    bench = start_shard(urls)
    bench.wait_state("ao", CameraState.ONLINE)
    bench.wait_state("sai", CameraState.REFUSED)
    bench.wait_state("lac", CameraState.REFUSED)
    details = {health.camera: health.detail for health in bench.heard(CameraHealth)}
    assert "mật khẩu" in details["sai"]
    assert "địa chỉ" in details["lac"]
    assert "dung-roi" not in bench.log + str(bench.said)


def test_online_cameras_that_stall_or_send_rubbish_are_told_and_come_back(
    start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], quiet_clip: Path
) -> None:
    cameras = start_cameras({"cong": quiet_clip, "ao": quiet_clip})
    bench = start_shard({name: cameras.url(name) for name in ("cong", "ao")})
    for name, fault, state in (
        ("cong", "", CameraState.ONLINE),
        ("ao", "", CameraState.ONLINE),
        ("cong", "stall", CameraState.STALLED),
        ("ao", "garble", CameraState.GARBLED),
    ):
        if fault:
            cameras.fault(fault, name)
        bench.wait_state(name, state, 40)
    for name in ("cong", "ao"):
        cameras.fault("heal", name)
        bench.wait_state(name, CameraState.ONLINE, 40)
    assert bench.heard(CameraHealth)[-1].reconnects >= 1


_DESCRIPTION = b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 26\r\na=control:track1\r\n"


@contextmanager
def jpeg_camera() -> Iterator[str]:
    """Speaks just enough RTSP to offer JPEG video and sends none of it."""

    class Speak(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while request := self.rfile.readline():
                method, number = request.split(b" ")[0], b"0"
                while line := self.rfile.readline().strip():
                    name, _, value = line.partition(b":")
                    number = value.strip() if name.lower() == b"cseq" else number
                self.wfile.write(b"RTSP/1.0 200 OK\r\nCSeq: " + number + b"\r\n" + self.fields(method))

        def fields(self, method: bytes) -> bytes:
            if method == b"DESCRIBE":
                length = str(len(_DESCRIPTION)).encode()
                return b"Content-Type: application/sdp\r\nContent-Length: " + length + b"\r\n\r\n" + _DESCRIPTION
            if method == b"SETUP":
                return b"Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n\r\n"
            return b"Session: 1\r\n\r\n"

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Speak) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"rtsp://127.0.0.1:{server.server_address[1]}/cam"
        finally:
            server.shutdown()
