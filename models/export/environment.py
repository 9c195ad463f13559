"""The export environment: torch and Ultralytics in a folder of their own, outside the repository and never on a box.

Everything that needs torch runs there as another process; nothing of it is imported here.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from models.errors import ExportError

# The versions that docs/design/detector-conversion.md was proven with.
PACKAGES: Final = (
    *("torch==2.13.0", "onnx==1.23.2", "onnxruntime==1.31.1", "opencv-python-headless", "faster-coco-eval==1.8.0"),
    *("matplotlib", "pillow", "polars", "psutil", "pyyaml", "requests", "scipy"),
)
# They ask for torchvision, whose published builds do not import beside this torch.
WITHOUT_DEPENDENCIES: Final = ("ultralytics==8.4.190", "ultralytics-thop==2.2.3")
BUILD_S: Final = 3600.0
RUN_S: Final = 1800.0

_ROOT: Final = Path(__file__).parents[2]
# Ultralytics reports to its maker and fetches what it misses unless it is told not to.
_SILENT: Final = {"YOLO_OFFLINE": "1", "YOLO_AUTOINSTALL": "0"}


def default_environment() -> Path:
    """$MOLANG_EXPORT_ENV, or `molang/export` in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("MOLANG_EXPORT_ENV") or cache / "molang" / "export")


def build(folder: Path) -> None:
    """Make the environment: some 2 GB from the package index. Raises ExportError."""
    if folder.resolve().is_relative_to(_ROOT):
        raise ExportError(f"Môi trường xuất mô hình phải nằm ngoài {_ROOT}.")
    _call([sys.executable, "-m", "venv", str(folder)], BUILD_S)
    pip = [str(_python(folder)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _call([*pip, *PACKAGES], BUILD_S)
    _call([*pip, "--no-deps", *WITHOUT_DEPENDENCIES], BUILD_S)


def run(module: str, arguments: Sequence[str], folder: Path) -> None:
    """Run one of our modules there. Raises ExportError: the environment is not there, or what the module said last."""
    if not _python(folder).is_file():
        raise ExportError(f"Chưa có môi trường xuất mô hình ở {folder}. Tạo bằng: molang models export --build")
    _call([str(_python(folder)), "-m", module, *arguments], RUN_S, folder)


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"


def _call(command: Sequence[str], within_s: float, folder: Path | None = None) -> None:
    silent = {**_SILENT, "YOLO_CONFIG_DIR": str(folder)} if folder else {}
    environment = {**os.environ, **silent, "PYTHONPATH": str(_ROOT)}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, or pip with pinned names
            command, env=environment, capture_output=True, text=True, timeout=within_s, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ExportError(f"{command[2]} chạy quá {within_s:.0f} giây nên bị dừng.") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise ExportError(f"{command[2]} không thành công: {' / '.join(said)}")
