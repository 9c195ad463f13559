from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from models.base import Frame
from models.detection.letterbox import GREY, Style, back, fit


def _plain(height: int, width: int, colour: tuple[int, int, int] = (255, 255, 255)) -> Frame:
    return Frame(np.full((height, width, 3), colour, np.uint8))


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize(("height", "width"), [(1080, 810), (272, 640), (320, 320), (33, 1000), (1, 1)])
def test_a_box_returns_from_the_letterbox_to_where_it_was(height: int, width: int, style: Style) -> None:
    prepared = fit(_plain(height, width), 320, style)
    rows, columns = np.nonzero(prepared.blob[0] > prepared.blob.max() * 0.9)
    inside = np.array([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]], np.float32)
    one_network_pixel = max(height, width) / 320
    np.testing.assert_allclose(back(inside, prepared), [[0, 0, width, height]], atol=one_network_pixel)


def test_a_box_is_cut_at_the_edges_of_the_frame() -> None:
    prepared = fit(_plain(100, 200), 320, Style.CENTRED_RGB_SHARES)
    assert back(np.array([[-50, -50, 999, 999]], np.float32), prepared).tolist() == [[0, 0, 200, 100]]


def test_the_letterbox_of_ultralytics_is_rgb_in_shares_with_grey_on_both_sides() -> None:
    blob = fit(_plain(32, 64, (255, 0, 0)), 64, Style.CENTRED_RGB_SHARES).blob
    assert blob[:, 32, 32].tolist() == [0, 0, 1]
    assert np.allclose(blob[:, :16], GREY / 255)
    assert np.allclose(blob[:, 48:], GREY / 255)


def test_the_letterbox_of_yolox_is_bgr_in_bytes_in_the_upper_left_corner() -> None:
    blob = fit(_plain(32, 64, (255, 0, 0)), 64, Style.CORNER_BGR_BYTES).blob
    assert blob[:, 0, 0].tolist() == [255, 0, 0]
    assert np.allclose(blob[:, 32:], GREY)


def test_two_frames_prepared_at_once_do_not_share_a_buffer() -> None:
    first = fit(_plain(64, 64), 64, Style.CENTRED_RGB_SHARES)
    before: NDArray[np.float32] = first.blob.copy()
    fit(_plain(64, 64, (0, 0, 0)), 64, Style.CENTRED_RGB_SHARES)
    assert np.array_equal(first.blob, before)
