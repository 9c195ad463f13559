"""Whether an installed release would take this box's settings, before anything is exchanged."""

import subprocess
from pathlib import Path

from edge.core.errors import FinalError, TransientError
from edge.release.installing import STARTER

CHECK_S = 120.0
ASSETS_S = 900.0


def accepts(release: Path, config: Path, assets: Path | None = None) -> None:
    """Let the release itself read the settings, and take the models of the bundle; raises FinalError with its words."""
    if config.exists():
        _asked([release / STARTER, "check", "--config", config], CHECK_S)
    if assets is not None and assets.is_dir():
        _asked([release / STARTER, "assets", "pull", "--only-bundle", "--bundle", assets], ASSETS_S, must=False)


def _asked(command: list[object], deadline_s: float, *, must: bool = True) -> None:
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=deadline_s, check=False)  # noqa: S603 - ours
    except (OSError, subprocess.TimeoutExpired) as cause:
        raise TransientError(f"Bản mới không chạy được `{' '.join(words[1:3])}`: {cause}.") from cause
    if done.returncode and must:
        last = " ".join((done.stderr or done.stdout).strip().splitlines()[-3:])
        raise FinalError(f"Bản mới không nhận cấu hình của hộp, chưa có gì thay đổi: {last}")
