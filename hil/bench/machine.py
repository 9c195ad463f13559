"""What the figures were measured on: a figure without its machine says nothing."""

import datetime as dt
import os
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psutil

from hil.harness import ROOT

GIT_S = 20.0
_CPUINFO = Path("/proc/cpuinfo")
_BOARD = Path("/sys/firmware/devicetree/base/model")


def describe() -> dict[str, str | int | float]:
    """The machine, the programs and the commit."""
    return {
        "cpu": cpu_model(_CPUINFO.read_text(), _BOARD.read_bytes() if _BOARD.exists() else b""),
        "cores": os.cpu_count() or 1,
        "memory_mb": psutil.virtual_memory().total // 2**20,
        "system": platform.platform(),
        "python": platform.python_version(),
        "commit": _git("rev-parse", "--short=12", "HEAD"),
        "changed_files": len(_git("status", "--porcelain", "--untracked-files=no").splitlines()),
    }


def moment() -> dict[str, str | float]:
    """Now, and how busy the machine is: the load average of the last minute, in processes that want to run."""
    return {"at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "load_1min": round(os.getloadavg()[0], 2)}


def cpu_model(cpuinfo: str, board: bytes) -> str:
    """The processor's name; on an ARM board, whose processor has none, the board's."""
    fields: Mapping[str, str] = {
        key.strip(): value.strip() for key, _, value in (line.partition(":") for line in cpuinfo.splitlines())
    }
    return fields.get("model name") or board.decode("utf-8", "replace").strip("\0") or platform.machine()


def filesystem_of(folder: Path) -> str:
    """The device and file system that a folder lies on."""
    mounts = [part for part in psutil.disk_partitions(all=True) if folder.resolve().is_relative_to(part.mountpoint)]
    nearest = max(mounts, key=lambda part: len(part.mountpoint), default=None)
    return f"{nearest.device} {nearest.fstype}" if nearest else "unknown"


def _git(*arguments: str) -> str:
    """Empty where there is no git or no repository: a bench of an installed box still runs."""
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=GIT_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
