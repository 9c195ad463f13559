from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from models.errors import RefusedCheckpointError, UnsupportedGraphError
from models.export.convert import convert
from models.export.unpickle import ADMITTED, Record, load_checkpoint
from models.export.yolov8_onnx import anchors_of, fused
from tests.models.tiny_checkpoint import BINS, LABELS


def _layers(checkpoint: Path) -> list[Record]:
    model = load_checkpoint(checkpoint)["model"]
    return list(model.children()["model"].children().values())


def test_a_tiny_network_of_every_layer_becomes_a_valid_graph(tiny_checkpoint: Path, tmp_path: Path) -> None:
    labels = convert(tiny_checkpoint, tmp_path / "tiny.onnx", 64)
    assert labels == tuple(LABELS.values())
    onnx.checker.check_model(tmp_path / "tiny.onnx", full_check=True)
    session = onnxruntime.InferenceSession(tmp_path / "tiny.onnx", providers=["CPUExecutionProvider"])
    (rows,) = session.run(None, {"images": np.zeros((1, 3, 64, 64), np.float32)})
    assert rows.shape == (1, 4 + len(LABELS), 8 * 8 + 4 * 4 + 2 * 2)


def test_boxes_of_the_tiny_network_stay_within_reach_of_their_anchors(tiny_checkpoint: Path, tmp_path: Path) -> None:
    convert(tiny_checkpoint, tmp_path / "tiny.onnx", 64)
    session = onnxruntime.InferenceSession(tmp_path / "tiny.onnx", providers=["CPUExecutionProvider"])
    picture = np.random.default_rng(1).random((1, 3, 64, 64), np.float32)
    (rows,) = session.run(None, {"images": picture})
    points, scales = anchors_of(64, (8, 16, 32))
    # A distance is a mean over 0..BINS-1 strides: the centre moves by at most half of that, the size is at most twice.
    assert (np.abs(rows[:, :2] - points * scales) <= scales * (BINS - 1) / 2 + 1e-3).all()
    assert ((rows[:, 2:4] >= 0) & (rows[:, 2:4] <= scales * (BINS - 1) * 2 + 1e-3)).all()
    assert ((rows[:, 4:] > 0) & (rows[:, 4:] < 1)).all()


def test_conversion_gives_the_same_bytes_every_time(tiny_checkpoint: Path, tmp_path: Path) -> None:
    for name in ("a.onnx", "b.onnx"):
        convert(tiny_checkpoint, tmp_path / name, 64)
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()


def test_folded_normalisation_equals_normalising_afterwards(tiny_checkpoint: Path) -> None:
    block = _layers(tiny_checkpoint)[0].children()
    weights, bias = fused(block["conv"], block["bn"])
    pixel = np.random.default_rng(2).random(weights[0].size, np.float32)
    raw = block["conv"].tensor("weight")
    norm = {name: block["bn"].tensor(name) for name in ("weight", "bias", "running_mean", "running_var")}
    assert raw is not None
    convolved = raw.astype(np.float64).reshape(len(raw), -1) @ pixel
    scale = norm["weight"] / np.sqrt(norm["running_var"].astype(np.float64) + 0.001)  # type: ignore[union-attr] # all there
    expected = (convolved - norm["running_mean"]) * scale + norm["bias"]
    np.testing.assert_allclose(weights.reshape(len(raw), -1) @ pixel + bias, expected, atol=1e-5)


@pytest.mark.parametrize("size_px", [0, 31, 100, -32])
def test_a_size_that_the_strides_do_not_divide_is_refused(tiny_checkpoint: Path, tmp_path: Path, size_px: int) -> None:
    with pytest.raises(UnsupportedGraphError, match="bội số của 32"):
        convert(tiny_checkpoint, tmp_path / "tiny.onnx", size_px)


def test_a_failed_conversion_leaves_no_file(tiny_checkpoint: Path, tmp_path: Path) -> None:
    whole = tiny_checkpoint.read_bytes()
    tiny_checkpoint.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RefusedCheckpointError):
        convert(tiny_checkpoint, tmp_path / "tiny.onnx", 64)
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.pt"]


def test_exactly_23_names_are_admitted() -> None:
    assert len(ADMITTED) == 23


def test_the_official_checkpoint_becomes_a_valid_graph_in_seconds(
    checkpoint: Path, tmp_path: Path, detector_at: Callable[[int], Path]
) -> None:
    started = time.monotonic()
    labels = convert(checkpoint, tmp_path / "real.onnx", 320)
    assert time.monotonic() - started < 20
    assert (labels[0], labels[-1], len(labels)) == ("person", "toothbrush", 80)
    onnx.checker.check_model(tmp_path / "real.onnx", full_check=True)
    assert (tmp_path / "real.onnx").read_bytes() == detector_at(320).read_bytes()


def test_the_model_tells_where_it_comes_from(checkpoint: Path, detector_at: Callable[[int], Path]) -> None:
    notes = {entry.key: entry.value for entry in onnx.load(detector_at(416)).metadata_props}
    assert notes["molang.source_sha256"] == "f59b3d833e2ff32e194b5bb8e08d211dc7c5bdf144b90d2c8412c47ccfc83b36"
    assert notes["imgsz"] == "[416, 416]"
    assert notes["license"] == "AGPL-3.0"
