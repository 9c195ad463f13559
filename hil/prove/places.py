"""Places to prove things in: an empty folder with nothing of ours on the path, and a clean Debian 12."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hil.harness import ROOT

LOGS = ROOT / "var" / "prove"
PLAIN_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NETWORK_FILES = ("/etc/resolv.conf", "/etc/pip.conf")
OWN_AUTHORITIES = Path("/usr/local/share/ca-certificates")
SUITE = "bookworm"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    took_s: float
    log: Path

    def tail(self, lines: int = 3) -> str:
        """Its last words."""
        return " | ".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])[-300:]


def run(name: str, command: Sequence[str], folder: Path, env: Mapping[str, str], deadline_s: float) -> Ran:
    """Run a command with only this environment; its output goes to ``var/prove/<name>.log``."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    began = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, env=dict(env), stdout=out, stderr=out, stdin=subprocess.DEVNULL)
        try:
            code = process.wait(deadline_s)
        except subprocess.TimeoutExpired:
            process.terminate()
            code = process.wait()
    return Ran(code, round(time.monotonic() - began, 1), log)


@contextmanager
def empty_folder(*, with_shared: bool = False) -> Iterator[Path]:
    """A clone of HEAD in a new folder: no virtual environment, no cache. ``../shared`` only if wanted and there."""
    with tempfile.TemporaryDirectory(prefix="molang-prove-") as name:
        folder = Path(name)
        shared = ROOT.parent / "shared"
        if with_shared and shared.is_dir():
            (folder / "shared").symlink_to(shared)
        _clone(folder / "main")
        (folder / "home").mkdir()
        yield folder / "main"


def plain_environment(clone: Path) -> dict[str, str]:
    """A user's environment with a home of its own and no pip cache; what the network needs is kept."""
    kept = {key: value for key, value in os.environ.items() if key.upper().endswith(("_PROXY", "PIP_CERT"))}
    return {
        **kept,
        "HOME": str(clone.parent / "home"),
        "PATH": PLAIN_PATH,
        "PIP_NO_CACHE_DIR": "1",
        "LANG": "C.UTF-8",
    }


@contextmanager
def clean_debian() -> Iterator[Path]:
    """A debootstrapped Debian 12 with a clone of HEAD in ``/src``, and nothing else of ours."""
    with tempfile.TemporaryDirectory(prefix="molang-debian-") as name:
        root = Path(name)
        subprocess.run(
            ["debootstrap", "--variant=minbase", SUITE, str(root)],
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ,
        )
        for file in map(Path, NETWORK_FILES):
            if file.exists():
                shutil.copy(file, root / file.relative_to("/"))
        if OWN_AUTHORITIES.is_dir():
            shutil.copytree(OWN_AUTHORITIES, root / OWN_AUTHORITIES.relative_to("/"), dirs_exist_ok=True)
        _clone(root / "src")
        yield root


def inside(root: Path, command: str) -> list[str]:
    """The command line that runs ``command`` in the chroot, in a mount namespace that ends with it."""
    script = (
        f"mount -t proc proc {root}/proc && mount -t sysfs sysfs {root}/sys && mount --rbind /dev {root}/dev"
        f" && mount -t tmpfs tmpfs {root}/tmp"
        f" && exec chroot {root} /usr/bin/env -i HOME=/root PATH={PLAIN_PATH} PIP_NO_CACHE_DIR=1"
        f" /bin/bash -c 'cd /src && {command}'"
    )
    return ["unshare", "--mount", "--propagation", "private", "/bin/bash", "-c", script]


def read_json(path: Path) -> dict[str, Any]:
    """A report, or an empty one where there is none."""
    try:
        report: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return report


def _clone(target: Path) -> None:
    subprocess.run(["git", "clone", "-q", str(ROOT), str(target)], check=True)
