from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from models.bench.contender import Contender
from models.bench.race import Settings, fastest, race
from models.cli.models import models
from models.registry import kinds
from tests.models.tiny_onnx import write_tiny_onnx

NOTES = {"names": "{0: 'fire', 1: 'smoke'}"}
ROWS = np.zeros((6, 84), np.float32)
ENGINES = {kind for kind in kinds() if kind.startswith("detect_")}


def _contenders(path: Path) -> list[Contender]:
    return [Contender("tiny", 64, backend, 1, path) for backend in sorted(ENGINES)]


def test_every_engine_that_is_here_is_measured_and_the_others_say_why_not(tmp_path: Path) -> None:
    path = write_tiny_onnx(tmp_path / "tiny-64.onnx", ROWS, NOTES)
    turns: list[None] = []
    figures, reasons = race(_contenders(path), Settings(3, 0.02), lambda: turns.append(None))
    measured = {one.contender.backend for one in figures}
    assert "detect_onnx" in measured
    assert measured | {one.backend for one in reasons} == ENGINES
    assert len(turns) == 3 * len(figures)
    for one in figures:
        assert 0 < one.picture_ms < 1000
        assert one.pictures_per_s > 1
        assert 0 < one.cpu_ms < 1000
        assert one.start_s > 0
        assert one.pss_mb > 10
    if importlib.util.find_spec("openvino") is None:
        assert "openvino" in reasons[Contender("tiny", 64, "detect_openvino", 1, path)]


def test_the_fastest_is_whoever_looks_at_most_pictures(tmp_path: Path) -> None:
    path = write_tiny_onnx(tmp_path / "tiny-64.onnx", ROWS, NOTES)
    both = [Contender("tiny", 64, "detect_onnx", threads, path) for threads in (1, 2)]
    figures, _ = race(both, Settings(1, 0.02, busy=1), lambda: None)
    (best,) = fastest(figures)
    assert best.pictures_per_s == max(one.pictures_per_s for one in figures)


def test_a_model_that_no_engine_opens_is_a_reason(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"broken")
    figures, reasons = race(_contenders(tmp_path / "broken.onnx"), Settings(1, 0.02), lambda: None)
    assert not figures
    assert len(reasons) == len(ENGINES)


@pytest.fixture
def empty_assets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOLANG_ASSETS", str(tmp_path))


@pytest.mark.usefixtures("empty_assets")
def test_a_box_without_models_is_told_how_to_get_them() -> None:
    for arguments in (["bench"], ["bench", "yolov8n"]):
        done = CliRunner().invoke(models, arguments)
        assert done.exit_code == 1
        assert "pull" in done.output


@pytest.mark.usefixtures("checkpoint")
def test_the_report_names_machine_versions_and_the_fastest() -> None:
    done = CliRunner().invoke(models, ["bench", "yolov8n", "--turns", "1", "--turn-s", "0.05", "--json"])
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["versions"]["onnxruntime"]
    assert report["machine"]["cores"] >= 1
    assert [one["size_px"] for one in report["fastest"]] == [320, 416, 640]
    assert {
        "model",
        "size_px",
        "backend",
        "threads",
        "picture_ms",
        "pictures_per_s",
        "cpu_ms",
        "start_s",
        "pss_mb",
    } == set(report["figures"][0])
