"""Compares our converter with Ultralytics' own ONNX exporter, on the same checkpoint and the same picture.

Never run on the box. It needs torch, so it has an environment of its own; docs/design/detector-conversion.md gives
the commands. Both models are run by the same ONNX Runtime on the same letterboxed input; the raw outputs, all
84 x anchors numbers of them, must agree within TOLERANCE. Exit code 1 if they do not. Ultralytics' own final boxes
are written down as well: the test suite compares ours with them on every machine.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from models.assets import sha256_of
from models.base import Frame
from models.detection.letterbox import Style, fit
from models.export.convert import convert
from models.export.stand_in import stand_in_for_torchvision

SIZES_PX: Final = (320, 640)
TOLERANCE: Final = 1e-3
CONFIDENCE: Final = 0.35
MAX_OVERLAP: Final = 0.6
RUNS: Final = 30


def main() -> int:
    """Compare every picture at every size, write the figures, say whether they are within the tolerance."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        stand_in_for_torchvision(work / "stand-in")
        models = {size: _both_models(arguments.checkpoint, size, work) for size in SIZES_PX}
        figures = [_compare(*models[size], image, size) for size in SIZES_PX for image in arguments.image]
        seen = [_their_answer(models[size][1], image, size) for size in SIZES_PX for image in arguments.image]
    head: dict[str, Any] = {"environment": _environment(), "checkpoint_sha256": sha256_of(arguments.checkpoint)}
    within = all(figure["largest_difference"] <= TOLERANCE for figure in figures)
    _write(arguments.json, {**head, "tolerance": TOLERANCE, "within_tolerance": within, "figures": figures})
    _write(arguments.reference, {**head, "confidence": CONFIDENCE, "max_overlap": MAX_OVERLAP, "seen": seen})
    sys.stdout.write(json.dumps(figures, indent=2) + f"\nwithin {TOLERANCE}: {within}\n")
    return 0 if within else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--image", type=Path, required=True, action="append", help="may be given several times")
    parser.add_argument("--json", type=Path, required=True, help="where the evidence goes")
    parser.add_argument("--reference", type=Path, required=True, help="where Ultralytics' own boxes go, for the tests")
    return parser.parse_args()


def _write(path: Path, report: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _both_models(checkpoint: Path, size_px: int, work: Path) -> tuple[Path, Path]:
    ours = work / f"ours-{size_px}.onnx"
    convert(checkpoint, ours, size_px)
    return ours, _exported(checkpoint, size_px, work)


def _compare(ours: Path, theirs: Path, image: Path, size_px: int) -> dict[str, Any]:
    picture = fit(_read(image), size_px, Style.CENTRED_RGB_SHARES).blob[np.newaxis]
    (our_ms, our_rows), (their_ms, their_rows) = _run(ours, picture), _run(theirs, picture)
    difference = np.abs(our_rows - their_rows)
    return {
        "image": image.name,
        "size_px": size_px,
        "output_shape": list(our_rows.shape),
        "largest_difference": float(difference.max()),
        "largest_box_difference_px": float(difference[:, :4].max()),
        "largest_score_difference": float(difference[:, 4:].max()),
        "our_median_ms": our_ms,
        "their_median_ms": their_ms,
        "our_opset": onnx.load(ours).opset_import[0].version,
        "their_opset": onnx.load(theirs).opset_import[0].version,
    }


def _their_answer(model: Path, image: Path, size_px: int) -> dict[str, Any]:
    """What Ultralytics' own pre- and post-processing finds with their own export."""
    from ultralytics import YOLO  # type: ignore[import-not-found] # noqa: PLC0415 - only in the export environment

    importlib.import_module("torchvision.ops")
    options = {"imgsz": size_px, "conf": CONFIDENCE, "iou": MAX_OVERLAP, "rect": False, "verbose": False}
    boxes = YOLO(model, task="detect").predict(image, device="cpu", **options)[0].boxes
    return {
        "image": image.name,
        "image_sha256": sha256_of(image),
        "size_px": size_px,
        "boxes": np.round(boxes.xyxy.numpy().astype(float), 3).tolist(),
        "scores": np.round(boxes.conf.numpy().astype(float), 5).tolist(),
        "classes": boxes.cls.numpy().astype(int).tolist(),
    }


def _read(image: Path) -> Frame:
    picture = cv2.imread(str(image))
    if picture is None:
        raise FileNotFoundError(image)
    return Frame(np.asarray(picture, np.uint8))


def _exported(checkpoint: Path, size_px: int, work: Path) -> Path:
    from ultralytics import YOLO  # noqa: PLC0415 - only in the export environment

    copy = work / f"theirs-{size_px}.pt"
    shutil.copy(checkpoint, copy)
    # simplify=False: nothing but the exporter itself. dynamic and half stay off, as on the box.
    return Path(YOLO(copy).export(format="onnx", imgsz=size_px, simplify=False, device="cpu"))


def _run(model: Path, picture: NDArray[np.float32]) -> tuple[float, NDArray[np.float32]]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    feed = {session.get_inputs()[0].name: picture}
    (rows,) = session.run(None, feed)
    took = []
    for _ in range(RUNS):
        started = time.perf_counter()
        session.run(None, feed)
        took.append(time.perf_counter() - started)
    return round(1000 * float(np.median(took)), 2), rows


def _environment() -> dict[str, str]:
    packages = ("torch", "ultralytics", "onnx", "onnxruntime", "numpy")
    versions = {name: importlib.metadata.version(name) for name in packages}
    return {"python": platform.python_version(), "machine": platform.machine(), **versions}


if __name__ == "__main__":
    sys.exit(main())
