"""What one picture costs the detector, and one second of speech the voice."""

import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from itertools import product
from pathlib import Path

import cv2
import numpy as np

from hil.bench.outcome import BenchUnavailableError, Case, Outcome, Ratio, Round, Say, in_turns, ratio
from models.assets import locate
from models.base import Detector, Frame, Voice
from models.detectors import ensure_detector
from models.errors import ModelError
from models.folders import default_cache_dir
from models.manifest import Kind, shipped
from models.registry import open_detector, open_voice

SIZES_PX = (320, 416, 640)
THREADS = (1, 2)
WARM_UP = 2
SENTENCE = "kính mời bà con thôn đông đến nhà văn hóa lúc bảy giờ ba mươi phút để nhận gạo và nước uống."
ESPEAK = "espeak-ng vi"


def measure(quick: bool, say: Say) -> Outcome:
    """Milliseconds a picture at every size, and seconds of work for a second of speech; below 1 is faster than life."""
    rounds, pictures = (2, 5) if quick else (7, 20)
    photo = _photo()
    with ExitStack() as opened:
        measures: dict[str, Callable[[], Round]] = {}
        for size_px, threads in product(SIZES_PX, THREADS):
            detector = _detector(size_px, threads)
            opened.callback(detector.close)
            measures[_named(size_px, threads)] = partial(_detect, detector, photo, pictures)
        measures |= {name: partial(_speak, voice) for name, voice in _voices()}
        cases = in_turns(rounds, measures, say)
    settings: Mapping[str, str | int | float] = {
        "picture": "bus.jpg",
        "pictures_a_round": pictures,
        "model": "yolov8n",
        "sentence_chars": len(SENTENCE),
    }
    return Outcome(tuple(cases.values()), tuple(_ratios(cases)), ("ms_per_frame", "real_time_factor"), settings)


def _ratios(cases: Mapping[str, Case]) -> Iterator[Ratio]:
    smallest, *larger = (cases[_named(size_px, 1)] for size_px in SIZES_PX)
    for case in larger:
        yield ratio(f"ms/frame: {case.name} to {smallest.name}", "ms_per_frame", case, smallest)
    for size_px in SIZES_PX:
        one, two = cases[_named(size_px, 1)], cases[_named(size_px, 2)]
        yield ratio(f"speed: {two.name} to one", "ms_per_frame", one, two)
    for case in cases.values():
        if "real_time_factor" in case.figures:
            yield Ratio(f"faster than speech: {case.name}", 1 / case.figures["real_time_factor"].median)


def _named(size_px: int, threads: int) -> str:
    return f"yolov8n {size_px}, {threads} thread{'s' * (threads > 1)}"


def _photo() -> Frame:
    try:
        path = locate("bus.jpg")
    except ModelError as error:
        raise BenchUnavailableError(f"{error} (molang assets pull)") from error
    return Frame(np.asarray(cv2.imread(str(path)), np.uint8))


def _detector(size_px: int, threads: int) -> Detector:
    path: Path = ensure_detector("yolov8n", size_px)
    return open_detector("detect_onnx", {"path": path, "threads": threads})


def _detect(detector: Detector, photo: Frame, pictures: int) -> Round:
    """As many pictures side by side as the engine takes with profit: one for each of its threads."""
    together = detector.most_at_once
    for _ in range(WARM_UP):
        _detect_together(detector, photo, together)
    took_ms = []
    for _ in range(pictures):
        began = time.perf_counter()
        _detect_together(detector, photo, together)
        took_ms.append((time.perf_counter() - began) * 1000 / together)
    return {"ms_per_frame": statistics.median(took_ms)}


def _detect_together(detector: Detector, photo: Frame, how_many: int) -> None:
    prepared = [detector.prepare(photo) for _ in range(how_many)]
    for one, answer in zip(prepared, detector.infer(prepared), strict=True):
        detector.read(one, answer)


def _voices() -> Iterator[tuple[str, Voice]]:
    """Every voice that is on this machine."""
    if shutil.which("espeak-ng"):
        yield ESPEAK, open_voice("voice_espeak", {})
    for one in shipped().values():
        if one.kind is Kind.VOICE and (default_cache_dir() / one.files[0].name).is_file():
            yield f"piper {one.name}", _piper(one.name)


def _piper(name: str) -> Voice:
    from models.backends.voice_piper import from_manifest, setup  # noqa: PLC0415 - Piper loads only where a voice is

    return setup(from_manifest(name))


def _speak(voice: Voice) -> Round:
    began = time.perf_counter()
    sound = voice.speak(SENTENCE)
    took_s = time.perf_counter() - began
    return {"real_time_factor": took_s / (len(sound) / voice.sample_rate_hz), "sentence_ms": took_s * 1000}
