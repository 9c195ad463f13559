from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from models.cli.models import models
from models.errors import ExportError
from models.export.environment import PACKAGES, build, default_environment
from models.manifest import manifest
from models.registry import open_detector
from tests.models.tiny_onnx import write_tiny_onnx

NOTES = {
    "names": "{0: 'fire', 1: 'smoke'}",
    "end2end": "False",
    "license": "AGPL-3.0 License (https://ultralytics.com/license)",
}
# In the place of an environment's Python: hands over a network that lies beside it.
FAKE_PYTHON = """#!/bin/sh
[ "$2" = models.export.with_ultralytics ] && [ "$YOLO_OFFLINE" = 1 ] && cp "{network}" "$5"
"""
FAILING_PYTHON = "#!/bin/sh\necho 'no such architecture: $3' >&2\nexit 3\n"


@pytest.fixture(autouse=True)
def assets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("MOLANG_ASSETS", str(tmp_path / "assets"))
    monkeypatch.setenv("MOLANG_EXPORT_ENV", str(tmp_path / "environment"))
    monkeypatch.delenv("MOLANG_MODELS", raising=False)
    (tmp_path / "assets").mkdir()
    return tmp_path / "assets"


def _environment(tmp_path: Path, python: str) -> None:
    path = tmp_path / "environment" / "bin" / "python"
    path.parent.mkdir(parents=True)
    path.write_text(python)
    path.chmod(0o755)


def _run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(models, ["export", *arguments], env={"COLUMNS": "200"})
    return done.exit_code, done.output


def test_without_the_environment_people_are_told_how_to_make_it() -> None:
    code, said = _run("fire.pt")
    assert code == 1
    assert "Chưa có môi trường xuất" in said
    assert "--build" in said


def test_an_exported_network_becomes_a_model_of_the_communes_own(assets: Path, tmp_path: Path) -> None:
    network = write_tiny_onnx(tmp_path / "made.onnx", np.zeros((6, 84), np.float32), NOTES)
    _environment(tmp_path, FAKE_PYTHON.format(network=network))
    code, said = _run("fire.pt", "--imgsz", "64")
    assert code == 0, said
    assert "fire-64.onnx" in said
    one = manifest("fire")
    assert (one.labels, one.input_px, one.head, one.licence) == (("fire", "smoke"), (64,), "yolov8", "AGPL-3.0")
    assert open_detector("detect_onnx", {"path": assets / "fire-64.onnx"}).labels == ("fire", "smoke")


def test_another_size_than_the_asked_one_is_found_out(tmp_path: Path) -> None:
    network = write_tiny_onnx(tmp_path / "made.onnx", np.zeros((6, 84), np.float32), NOTES)
    _environment(tmp_path, FAKE_PYTHON.format(network=network))
    code, said = _run("fire.pt", "--imgsz", "96")
    assert code == 1
    assert "nhận ảnh cạnh 64" in said


def test_a_network_of_faces_is_refused_after_its_export(assets: Path, tmp_path: Path) -> None:
    notes = {**NOTES, "names": "{0: 'fire', 1: 'face'}"}
    network = write_tiny_onnx(tmp_path / "made.onnx", np.zeros((6, 84), np.float32), notes)
    _environment(tmp_path, FAKE_PYTHON.format(network=network))
    code, said = _run("fire.pt", "--imgsz", "64")
    assert code == 1
    assert "“face” bị từ chối" in said
    assert not (assets / "manifests" / "fire.toml").exists()


def test_what_the_environment_said_last_is_passed_on(assets: Path, tmp_path: Path) -> None:
    _environment(tmp_path, FAILING_PYTHON)
    code, said = _run("fire.yaml")
    assert code == 1
    assert "no such architecture" in said
    assert not list(assets.glob("*.onnx"))


@pytest.mark.parametrize("name", ["fire", "../fire.pt --as ../fire", "fire.pt --as yolov8n"])
def test_what_cannot_be_exported_is_named(name: str) -> None:
    code, said = _run(*name.split())
    assert code == 1
    assert "không" in said


def test_the_environment_lies_outside_the_repository() -> None:
    with pytest.raises(ExportError, match="phải nằm ngoài"):
        build(Path(__file__).parents[2] / "export")


def test_the_environment_is_where_the_variables_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert default_environment() == tmp_path / "environment"
    monkeypatch.delenv("MOLANG_EXPORT_ENV")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_environment() == tmp_path / "molang" / "export"


def test_the_default_model_needs_no_environment(checkpoint: Path, assets: Path) -> None:
    (assets / checkpoint.name).symlink_to(checkpoint)
    code, said = _run("yolov8n", "--imgsz", "96")
    assert code == 0, said
    assert (assets / "yolov8n-96.onnx").is_file()
    assert "torch" not in sys.modules


def test_the_environment_holds_what_the_project_says() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert sorted(project["optional-dependencies"]["export"]) == sorted(PACKAGES)
