"""From a bundle to a release that could run: unpacked, its Python environment made, its settings read once."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import msgspec

from edge.core.errors import FinalError, TransientError
from edge.kernel.disk import sync_folder
from edge.release.bundle import APP, About, BundleFile, Told, check, take
from edge.release.places import Places
from edge.release.unpacking import unpack

LOCK = "requirements.lock"
STARTER = "bin/molang"
ORIGIN = "bundle.json"
"""What the bundle of a release said of itself."""
STEP_S = 1800.0
"""A Raspberry Pi with a slow card unpacks 600 MB of wheels in ten minutes."""
ROOM_BYTES = 1_500_000_000
MOST_APP_BYTES = 500_000_000
_START = """#!/bin/sh
# The appliance's command of this release; its settings and data are elsewhere.
export MOLANG_ASSETS="${MOLANG_ASSETS:-%(assets)s}" PYTHONUTF8=1
exec "%(release)s/.venv/bin/python" -P -m edge "$@"
"""


def install(folder: Path, about: About, places: Places, arch: str, told: Told = lambda _: None) -> Path:
    """Make ``releases/<version>`` from a bundle whose signature was checked; returns the folder.

    What is there already is kept. It appears with all its files or not at all. Raises FinalError, TransientError.
    """
    release = places.release(about.version)
    if release.is_dir():
        if origin_of(release) != about:
            raise FinalError(f"Bản {about.version} đã nằm trong máy, nhưng từ một bộ cài khác: hãy làm bản có số khác.")
        return release
    _room(places)
    draft, taken = places.draft(about.version), places.draft(f"{about.version}.stick")
    try:
        for empty in (draft, taken):
            shutil.rmtree(empty, ignore_errors=True)
            empty.mkdir(parents=True)
        files = about.of(arch)
        take(folder, [one for one in files if _is_program(one)], taken, told)
        check(folder, [one for one in files if not _is_program(one)], told)
        told("mở gói chương trình")
        unpack(taken / APP, draft, MOST_APP_BYTES)
        told("cài thư viện")
        _environment(draft, [taken / "wheels" / name for name in ("all", arch)])
        _starter(draft, release, places)
        (draft / ORIGIN).write_bytes(msgspec.json.encode(about))
        os.sync()
        draft.rename(release)
        sync_folder(places.releases)
    except OSError as cause:
        raise TransientError(f"Không cài được bản {about.version}: {cause.strerror or cause}.") from cause
    finally:
        for part in (draft, taken):
            shutil.rmtree(part, ignore_errors=True)
    return release


def origin_of(release: Path) -> About | None:
    """The bundle from which a release came; None where nobody wrote it down."""
    try:
        return msgspec.json.decode((release / ORIGIN).read_bytes(), type=About)
    except (OSError, msgspec.DecodeError):
        return None


def _is_program(file: BundleFile) -> bool:
    """What root will run: it is judged as it was copied. Models are judged again by their own hashes."""
    return file.path == APP or file.path.startswith("wheels/")


def _room(places: Places) -> None:
    places.releases.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(places.releases).free
    if free < ROOM_BYTES:
        raise FinalError(f"{places.root} còn {free / 1e6:.0f} MB, một bản mới cần {ROOM_BYTES / 1e6:.0f} MB.")


def _environment(draft: Path, wheels: Sequence[Path]) -> None:
    """``.venv`` with exactly the locked packages of the bundle; nothing is asked of a network."""
    lock = draft / LOCK
    locked = bool(lock.read_text().strip())
    _run(["/usr/bin/python3", "-m", "venv", *([] if locked else ["--without-pip"]), draft / ".venv"])
    if locked:
        found = [f"--find-links={path}" for path in wheels if path.is_dir()]
        pip = [draft / ".venv" / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
        _run([*pip, "--require-hashes", *found, "-r", lock])
    site = next((draft / ".venv" / "lib").glob("python3*")) / "site-packages"
    (site / "molang.pth").write_text(f"{_final(draft)}\n")


def _final(draft: Path) -> Path:
    """Where the draft will lie: an environment names its own folder, so it is told the later one."""
    return draft.with_name(draft.name.removeprefix(".").removesuffix(".part"))


def _starter(draft: Path, release: Path, places: Places) -> None:
    """``bin/molang``, and scripts of the environment that name the folder as it will be called."""
    for script in (draft / ".venv" / "bin").iterdir():
        if script.is_file() and not script.is_symlink():
            script.write_bytes(script.read_bytes().replace(str(draft).encode(), str(release).encode()))
    path = draft / STARTER
    path.parent.mkdir(exist_ok=True)
    path.write_text(_START % {"assets": places.assets, "release": release})
    path.chmod(0o755)
    _run([draft / ".venv" / "bin" / "python", "-m", "compileall", "-q", "-j", "0", draft], may_fail=True)


def _run(command: Sequence[object], *, may_fail: bool = False) -> None:
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=STEP_S, check=False)  # noqa: S603 - ours
    except subprocess.TimeoutExpired as cause:
        raise TransientError(f"{words[0]} chạy quá {STEP_S:.0f} giây.") from cause
    if done.returncode and not may_fail:
        last = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise FinalError(f"{' '.join(words[:4])}: {' '.join(last)}")
