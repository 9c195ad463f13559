"""A still leaves the commune with its masks black and everybody hidden, or not at all."""

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.core.errors import FinalError
from edge.kernel.wire.export import BlurSetup, Conceal
from edge.workers.export.conceal import conceal

RIGHT_HALF = ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))


def still(folder: Path) -> Path:
    """Fine stripes: what is pixelated shows none."""
    bgr = np.zeros((240, 320, 3), np.uint8)
    bgr[:, ::8] = bgr[:, 1::8] = bgr[:, 2::8] = bgr[:, 3::8] = 255
    path = folder / "still.jpg"
    cv2.imwrite(str(path), bgr)
    return path


def concealed(
    folder: Path, *, people: bool, masks: tuple[tuple[tuple[float, float], ...], ...] = ()
) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    out = folder / "outgoing" / "1.jpg"
    done = conceal(Conceal(str(still(folder)), str(out), BlurSetup("", "detect_onnx", (), masks), people))
    assert done.bytes == out.stat().st_size
    assert done.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()
    assert done.blurred == ("all" if people else "")
    picture = cv2.imread(str(out))
    assert picture is not None
    return np.asarray(picture, np.uint8)


def test_a_mask_is_black_and_the_rest_is_as_it_was(tmp_path: Path) -> None:
    picture = concealed(tmp_path, people=False, masks=(RIGHT_HALF,))
    assert picture[:, 168:].max() < 16
    assert np.ptp(picture[100, :150].astype(int)) > 200


def test_without_a_detector_nobody_can_be_told_from_a_wall(tmp_path: Path) -> None:
    picture = concealed(tmp_path, people=True)
    assert np.ptp(picture[100].astype(int)) < 60


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff" + b"x" * 100])
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(content)
    with pytest.raises(FinalError):
        conceal(Conceal(str(path), str(tmp_path / "out.jpg"), BlurSetup("", "", ()), people=False))
    assert not (tmp_path / "out.jpg").exists()
