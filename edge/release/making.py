"""Making a bundle: on a technician's machine with a network and a checkout of this repository."""

import datetime as dt
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import get_args

from edge.core.errors import FinalError, MisconfiguredError, TransientError
from edge.kernel.statement import StatementKey
from edge.release.bundle import APP, About, Arch, BundleFile, Told, describe, sign
from edge.release.installing import LOCK
from edge.store.schema import newest_version

IN_THE_APP = (
    *("edge", "drivers", "models", "web", "hil", "systemd", "ansible", "docs"),
    *(LOCK, "pyproject.toml", "LICENSE", "README.md", "README.vi.md"),
)
"""No tests: a release is what was tested, not the tests."""
PLATFORMS: dict[str, tuple[str, ...]] = {
    "amd64": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux_2_5_x86_64"),
    "arm64": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
}
"""Of pip, for Debian 12 (glibc 2.36)."""
PYTHON = "3.11"
STEP_S = 3600.0
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+-]{0,39}")


def make(
    checkout: Path,
    target: Path,
    key: StatementKey,
    arches: Sequence[str],
    assets: Iterable[Path] = (),
    packages: Path | None = None,
    told: Told = lambda _: None,
) -> About:
    """Make a signed bundle in ``target``, a folder that is not there yet. Returns what it says of itself.

    ``assets`` are files of models, voices and scripts; ``packages`` a folder with ``<arch>/*.deb``. Raises FinalError,
    MisconfiguredError, TransientError; then ``target`` is not there.
    """
    if target.exists():
        raise FinalError(f"{target} đã có: hãy chọn thư mục khác, bộ cũ không bị ghi đè.")
    draft = target.with_name(f".{target.name}.part")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        files = list(_filled(checkout, draft, arches, assets, packages, told))
        about = About(version_of(checkout), newest_version(), _now(), tuple(files))
        sign(draft, about, key)
        draft.rename(target)
    except OSError as cause:
        raise TransientError(f"Không ghi được {target}: {cause.strerror or cause}.") from cause
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return about


def version_of(checkout: Path) -> str:
    """The version in pyproject.toml; a checkout between two versions adds its commit."""
    found = tomllib.loads((checkout / "pyproject.toml").read_text())["project"]["version"]
    tag = _git(checkout, "tag", "--points-at", "HEAD").split()
    version = found if f"v{found}" in tag else f"{found}+{_git(checkout, 'rev-parse', '--short=10', 'HEAD').strip()}"
    if not _VERSION.fullmatch(version):
        raise MisconfiguredError(f"pyproject.toml: {version!r} không dùng làm số bản được.")
    return version


def _filled(
    checkout: Path, draft: Path, arches: Sequence[str], assets: Iterable[Path], packages: Path | None, told: Told
) -> Iterable[BundleFile]:
    told("đóng gói chương trình")
    _git(checkout, "archive", "--format=tar.gz", f"--output={draft / APP}", "HEAD", *_there(checkout))
    yield describe(draft, draft / APP, "all")
    for arch in arches:
        told(f"tải thư viện cho {arch}")
        _wheels(checkout / LOCK, draft / "wheels" / arch, arch)
        if packages is not None and (packages / arch).is_dir():
            told(f"chép gói Debian cho {arch}")
            shutil.copytree(packages / arch, draft / "debs" / arch)
    for path in assets:
        told(path.name)
        (draft / "assets").mkdir(exist_ok=True)
        shutil.copy2(path, draft / "assets" / path.name)
    for path in sorted(draft.rglob("*")):
        if path.is_file() and path.name != APP:
            yield describe(draft, path, _arch_of(path.relative_to(draft)))


def _arch_of(path: Path) -> Arch:
    found: Arch = path.parts[1] if len(path.parts) > 2 and path.parts[1] in get_args(Arch) else "all"  # type: ignore[assignment]
    return found


def _there(checkout: Path) -> list[str]:
    return [name for name in IN_THE_APP if (checkout / name).exists()]


def _wheels(lock: Path, target: Path, arch: str) -> None:
    """Every locked package as a wheel for this architecture, checked by the lock's hashes; nothing is built."""
    target.mkdir(parents=True)
    if not lock.read_text().strip():
        return
    platforms = [f"--platform={name}" for name in PLATFORMS[arch]]
    _run([
        sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:",
        f"--python-version={PYTHON}", "--implementation=cp", "--abi=cp311", "--abi=abi3", "--abi=none", *platforms,
        f"--dest={target}", "-r", str(lock),
    ])  # fmt: skip


def _git(checkout: Path, *words: str) -> str:
    return _run(["git", "-C", str(checkout), *words])


def _run(words: list[str]) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=STEP_S, check=False)  # noqa: S603 - ours
    except (OSError, subprocess.TimeoutExpired) as cause:
        raise TransientError(f"{words[0]} không xong: {cause}.") from cause
    if done.returncode:
        raise FinalError(f"{' '.join(words[:5])}: {' '.join((done.stderr or done.stdout).strip().splitlines()[-3:])}")
    return done.stdout


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
