"""What this processor makes of the same pictures, film and sentences; two machines' files can be compared.

python -m hil.prove.field.alike INPUTS FILE
"""

import hashlib
import importlib
import json
import pkgutil
import platform
import sys
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from piper.phonemize_espeak import ESPEAK_DATA_DIR, EspeakPhonemizer

from edge.core.normalise_vi import normalise
from models.base import Frame
from models.detectors import ensure_detector
from models.registry import open_detector, open_voice

PROGRAM = ("edge", "drivers", "models", "web")
EXTRAS = ("ultralytics", "torch", "openvino", "models.export.with_ultralytics")
"""What a box need not have (pyproject.toml, extras)."""
SIZES, DETECTOR, CONFIDENCE = (320, 640), "yolov8n", 0.25
FILM_FRAMES = 20
SENTENCES = (
    "Nước sông Giang tại cầu Đông lúc 05h30 là 3,45 m, trên báo động 2 là 0,15 m.",
    "Bà con thôn Trung Tâm sơ tán ngay lên nhà văn hóa.",
)


def imported() -> tuple[int, list[str]]:
    """Every module of the program; how many came, and which did not and why."""
    came, failed = 0, []
    for name in PROGRAM:
        for found in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
            if found.name.endswith("__main__") or found.name in EXTRAS:
                continue
            try:
                importlib.import_module(found.name)
                came += 1
            except ModuleNotFoundError as error:
                if error.name not in EXTRAS:
                    failed.append(f"{found.name}: {error}")
            except (ImportError, OSError) as error:
                failed.append(f"{found.name}: {error}")
    return came, failed


def seen(inputs: Path) -> dict[str, Any]:
    """Boxes, scores and classes of each picture at each size."""
    told: dict[str, Any] = {}
    for size in SIZES:
        settings = {"path": ensure_detector(DETECTOR, size), "confidence": CONFIDENCE}
        detector = open_detector("detect_onnx", settings)
        for picture in sorted(inputs.glob("*.jpg")):
            pixels = cv2.imread(str(picture))
            assert pixels is not None, picture
            found = detector.detect(Frame(np.asarray(pixels, np.uint8)))
            for name in ("boxes", "scores", "classes"):
                told[f"{picture.stem}-{size}-{name}"] = getattr(found, name)
        detector.close()
    return told


def filmed(inputs: Path) -> str:
    """The hash of the first frames of each film, as decoded."""
    digest = hashlib.sha256()
    for film in sorted(inputs.glob("*.mp4")):
        with av.open(str(film)) as container:
            for number, frame in enumerate(container.decode(video=0)):
                if number == FILM_FRAMES:
                    break
                digest.update(frame.to_ndarray(format="yuv420p").tobytes())
    return digest.hexdigest()


def spoken() -> dict[str, Any]:
    """Sound of each sentence."""
    voice = open_voice("voice_espeak", {})
    return {f"sound-{number}": voice.speak(normalise(text).spoken) for number, text in enumerate(SENTENCES)}


def main(inputs: Path, target: Path) -> None:
    """Write the file; prints what it is in one line of JSON."""
    came, failed = imported()
    phonemes = EspeakPhonemizer(ESPEAK_DATA_DIR)
    np.savez(target, **seen(inputs), **spoken())
    facts = {
        "machine": platform.machine(),
        "modules": came,
        "modules_failed": failed,
        "film": filmed(inputs),
        "phonemes": [phonemes.phonemize("vi", normalise(text).spoken) for text in SENTENCES],
        "words": [normalise(text).spoken for text in SENTENCES],
    }
    print(json.dumps(facts, ensure_ascii=False))  # noqa: T201 - for whoever asked


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
