from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from click.testing import CliRunner
from onnx import TensorProto

from models.base import Frame
from models.cli.models import models
from models.detectors import ensure_detector, is_ready
from models.errors import AssetMissingError, BadManifestError, BadModelError
from models.export.adopt import adopt
from models.manifest import manifest, own_manifest
from models.registry import open_detector
from tests.models.tiny_onnx import write_tiny_onnx

MANIFEST = """
name = "{name}"
title = "Lửa và khói"
kind = "detector"
licence = "CC0-1.0"
labels = {labels}
input_px = [64]
head = "{head}"

[[files]]
name = "{file}"
sha256 = "{sha256}"
bytes = {bytes}
sources = [{{ kind = "bundle" }}]
"""
ROWS = np.zeros((6, 84), np.float32)
ROWS[:, 10] = (20, 30, 8, 4, 0.1, 0.9)


@pytest.fixture(autouse=True)
def assets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "assets"
    (folder / "manifests").mkdir(parents=True)
    monkeypatch.setenv("MOLANG_ASSETS", str(folder))
    monkeypatch.delenv("MOLANG_MODELS", raising=False)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    return folder


def _add(assets: Path, **changed: Any) -> Path:
    """A model of the commune's own: its file in the bundle, its manifest beside the others."""
    facts: dict[str, Any] = {
        "name": "fire",
        "file": "fire.onnx",
        "head": "yolov8",
        "labels": '["fire", "smoke"]',
        **changed,
    }
    (assets / "bundle").mkdir(exist_ok=True)
    source = write_tiny_onnx(assets / "bundle" / facts["file"], ROWS, changed.get("notes"))
    content = source.read_bytes()
    facts = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), **facts}
    (assets / "manifests" / f"{facts['name']}.toml").write_text(MANIFEST.format(**facts), encoding="utf-8")
    return source


def _run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(models, arguments, env={"COLUMNS": "160"})
    return done.exit_code, done.output


def test_a_model_of_the_communes_own_is_pulled_listed_and_opened_by_its_name(assets: Path) -> None:
    _add(assets)
    code, said = _run("pull", "fire")
    assert code == 0, said
    detector = open_detector("detect_onnx", {"path": assets / "fire-64.onnx", "classes": ("smoke",)})
    assert detector.labels == ("fire", "smoke")
    assert detector.detect(Frame(np.zeros((64, 64, 3), np.uint8))).classes.tolist() == [1]
    code, said = _run("list")
    assert code == 0, said
    (line,) = (line for line in said.splitlines() if "fire" in line)
    assert "xã" in line
    assert "CC0-1.0" in line
    assert "64 ✓" in line


def test_the_folder_of_own_manifests_may_be_elsewhere(
    assets: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _add(assets)
    (assets / "manifests").rename(tmp_path / "elsewhere")
    with pytest.raises(AssetMissingError, match="fire"):
        manifest("fire")
    monkeypatch.setenv("MOLANG_MODELS", str(tmp_path / "elsewhere"))
    assert manifest("fire").labels == ("fire", "smoke")


def test_a_bad_manifest_harms_nobody_but_itself(assets: Path) -> None:
    _add(assets)
    (assets / "manifests" / "smoke.toml").write_text("name = ")
    assert manifest("fire").name == "fire"
    assert manifest("yolov8n").name == "yolov8n"
    with pytest.raises(BadManifestError, match=r"smoke\.toml"):
        manifest("smoke")
    code, said = _run("list")
    assert code == 1
    assert "smoke.toml" in said
    assert "64 –" in said
    (assets / "bundle" / "yolov8n.pt").write_bytes(b"not needed here")
    code, said = _run("pull")
    assert code == 1
    assert "✓ Lửa và khói: đã tải (fire.onnx, fire-64.onnx)" in said
    assert "smoke.toml" in said


def test_another_labels_or_head_makes_the_detector_again(assets: Path) -> None:
    _add(assets)
    assert _run("pull", "fire")[0] == 0
    assert is_ready(manifest("fire"), 64)
    _add(assets, labels='["fire", "boat"]')
    assert not is_ready(manifest("fire"), 64)
    assert open_detector("detect_onnx", {"path": ensure_detector("fire", 64)}).labels == ("fire", "boat")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"labels": '["face", "smoke"]'}, "face"),
        ({"labels": '["fire", "biển số"]'}, "biển số"),
        ({"name": "lpr"}, "lpr"),
        ({"file": "face.onnx"}, "face.onnx"),
    ],
)
def test_a_model_that_offers_faces_or_plates_is_refused_by_name(
    assets: Path, changed: dict[str, str], named: str
) -> None:
    _add(assets, **changed)
    code, said = _run("pull", changed.get("name", "fire"))
    assert code == 1
    assert f"“{named}” bị từ chối" in said


def test_a_model_whose_file_offers_faces_is_refused_whatever_its_manifest_says(assets: Path) -> None:
    _add(assets, notes={"names": "{0: 'fire', 1: 'face'}"})
    code, said = _run("pull", "fire")
    assert code == 1
    assert "fire.onnx: “face” bị từ chối" in said
    assert not (assets / "fire-64.onnx").exists()


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"labels": '["fire"]'}, r"không hợp với head yolov8 và 1 nhãn"),
        ({"head": "yolox"}, r"không hợp với head yolox"),
        ({"notes": {"names": "{0: 'fire', 1: 'steam'}"}}, "khác nhãn trong bảng kê"),
    ],
)
def test_a_manifest_that_does_not_fit_its_file_is_refused(assets: Path, changed: dict[str, object], named: str) -> None:
    _add(assets, **changed)
    code, said = _run("pull", "fire")
    assert code == 1
    assert named in said


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"name": "yolov8n"}, "đã có trong bộ kèm theo"),
        ({"file": "yolov8n.pt"}, "thuộc bộ kèm theo"),
        ({"file": "yolov8n-320.onnx"}, "thuộc bộ kèm theo"),
        ({"file": "fire-64.onnx"}, "dành cho tệp do máy làm ra"),
    ],
)
def test_an_own_model_never_takes_the_place_of_another_file(assets: Path, changed: dict[str, str], named: str) -> None:
    _add(assets, **changed)
    with pytest.raises(BadManifestError, match=named):
        own_manifest(changed.get("name", "fire"))


def test_only_detectors_can_be_added(assets: Path) -> None:
    _add(assets)
    path = assets / "manifests" / "fire.toml"
    path.write_text(path.read_text().replace('"detector"', '"clip"'))
    with pytest.raises(BadManifestError, match="chỉ thêm được mô hình phát hiện"):
        manifest("fire")


def test_weights_outside_the_file_are_refused(assets: Path) -> None:
    source = _add(assets)
    network = onnx.load(source)
    network.graph.initializer[0].data_location = TensorProto.EXTERNAL
    network.graph.initializer[0].ClearField("raw_data")
    network.graph.initializer[0].external_data.add(key="location", value="../secret.bin")
    onnx.save(network, source)
    with pytest.raises(BadModelError):
        adopt(source, assets / "fire-64.onnx", manifest("fire"))


@pytest.mark.parametrize(
    "content",
    [b"", b"not a network", b"\x08\x07" * 40],
    ids=["empty", "text", "noise"],
)
def test_a_file_that_is_no_network_is_refused(assets: Path, content: bytes) -> None:
    source = _add(assets)
    source.write_bytes(content)
    with pytest.raises(BadModelError, match=r"fire\.onnx"):
        adopt(source, assets / "fire-64.onnx", manifest("fire"))


@pytest.mark.parametrize("shape", [("n", 3, 64, 64), (1, 3, 64, "w"), (1, 1, 64, 64), (1, 3, 64, 32)])
def test_a_network_of_another_input_is_refused(assets: Path, shape: tuple[object, ...]) -> None:
    _add(assets)
    source = write_tiny_onnx(assets / "other.onnx", ROWS, shape=shape)
    with pytest.raises(BadModelError, match="đầu vào"):
        adopt(source, assets / "fire-64.onnx", manifest("fire"))


def test_the_list_of_a_fresh_box_says_what_is_not_there_yet(assets: Path) -> None:
    code, said = _run("list")
    assert code == 0
    assert "320 –, 416 –, 640 –" in said
    assert "chưa" in said


def test_a_checkpoint_gives_any_size_that_its_strides_divide(
    detector_at: Callable[[int], Path], checkpoint: Path, tmp_path: Path
) -> None:
    detector_at(320)
    path = ensure_detector("yolov8n", 96, checkpoint.parent)
    try:
        assert open_detector("detect_onnx", {"path": path}).input_size == (96, 96)
        with pytest.raises(AssetMissingError, match="100"):
            ensure_detector("yolov8n", 100, checkpoint.parent)
    finally:
        path.unlink()
        path.with_name(f".{path.name}.verified").unlink()
