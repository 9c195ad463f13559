"""Exports one network with Ultralytics. Runs in the export environment only, started by `molang models export`.

A `.pt` is a pickle: opening it runs what it says, so this belongs to files whose origin is known. A `.yaml` names an
architecture; its weights are random, which is good for measuring speed and for nothing else.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import tempfile
from pathlib import Path

from models.export.stand_in import stand_in_for_torchvision


def main() -> None:
    """Write the ONNX file, or end with Ultralytics' own error."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        stand_in_for_torchvision(work / "stand-in")
        shutil.move(_exported(arguments.weights, arguments.size_px, work), arguments.onnx)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, help="a .pt, or a .yaml for random weights")
    parser.add_argument("size_px", type=int)
    parser.add_argument("onnx", type=Path)
    return parser.parse_args()


def _exported(weights: Path, size_px: int, work: Path) -> Path:
    from ultralytics import YOLO  # type: ignore[import-not-found] # noqa: PLC0415 - after the stand-in

    # A name that is no file here is an architecture that Ultralytics knows.
    source = Path(shutil.copy(weights, work)) if weights.is_file() else weights
    # One picture at a time, whole width, fixed size: what the box's backends open. Nothing after the network's own
    # choice: nms=False keeps the end-to-end head where there is one.
    options = {"imgsz": size_px, "simplify": False, "nms": False, "device": "cpu"}
    with contextlib.chdir(work):  # Ultralytics writes into the working directory
        return Path(YOLO(source, task="detect").export(format="onnx", **options)).absolute()


if __name__ == "__main__":
    main()
