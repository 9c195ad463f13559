"""Privacy areas in the camera itself: put there, read back, taken away; and cameras that cannot or do not."""

from collections.abc import Iterator

import pytest

from edge.core.errors import FinalError, TransientError
from edge.kernel.wire.masking import PutAreas
from edge.workers.cameras.onvif.masks import put_masks
from hil.onvif_camera import OnvifCamera, onvif_camera
from hil.onvif_masks import CameraMasks

WINDOW = ((0.1, 0.2), (0.4, 0.2), (0.4, 0.6), (0.1, 0.6))
YARD = ((0.5, 0.5), (0.9, 0.55), (0.7, 0.933))


@pytest.fixture
def camera() -> Iterator[OnvifCamera]:
    with onvif_camera(OnvifCamera({}, ahead_s=5400), is_found=False) as running:
        yield running


def job(camera: OnvifCamera, *areas: tuple[tuple[float, float], ...], formerly: tuple[object, ...] = ()) -> PutAreas:
    return PutAreas(camera.url, "admin", "camera-1", areas, formerly)  # type: ignore[arg-type]  # areas of this test


def test_areas_lie_in_the_camera_where_they_were_drawn_and_are_put_there_once(camera: OnvifCamera) -> None:
    put_masks(job(camera, WINDOW, YARD))
    assert camera.masks.held["mask-1"] == ((-0.8, 0.6), (-0.2, 0.6), (-0.2, -0.2), (-0.8, -0.2))
    put_masks(job(camera, WINDOW, YARD, formerly=(WINDOW, YARD)))
    assert camera.masks.made == 2


def test_what_is_no_longer_private_is_taken_away_and_what_others_set_stays(camera: OnvifCamera) -> None:
    camera.masks.held["of-the-technician"] = ((-1, 1), (0, 1), (0, 0))
    put_masks(job(camera, WINDOW, YARD))
    put_masks(job(camera, YARD, formerly=(WINDOW, YARD)))
    assert set(camera.masks.held) == {"of-the-technician", "mask-2"}


def test_a_camera_that_was_reset_gets_its_masks_again(camera: OnvifCamera) -> None:
    put_masks(job(camera, WINDOW))
    camera.masks.held.clear()
    put_masks(job(camera, WINDOW, formerly=(WINDOW,)))
    assert len(camera.masks.held) == 1


@pytest.mark.parametrize(
    ("masks", "why"),
    [
        (CameraMasks(most=0), "không nhận vùng riêng tư"),
        (CameraMasks(most=1), "chỉ che được 1 vùng"),
        (CameraMasks(rectangles=True), "hình chữ nhật"),
        (CameraMasks(most_corners=3), "tối đa 3 góc"),
        (CameraMasks(forgets=True), "khi hỏi lại thì không có đủ"),
    ],
)
def test_a_camera_that_does_not_hide_them_is_never_believed(camera: OnvifCamera, masks: CameraMasks, why: str) -> None:
    camera.masks = masks
    with pytest.raises(FinalError, match=why):
        put_masks(job(camera, WINDOW, YARD))


def test_a_wrong_password_and_a_dead_camera_are_told_apart(camera: OnvifCamera) -> None:
    with pytest.raises(FinalError, match="tên hoặc mật khẩu"):
        put_masks(PutAreas(camera.url, "admin", "sai", (WINDOW,), ()))
    with pytest.raises(TransientError):
        put_masks(PutAreas("http://127.0.0.1:9/onvif", "admin", "camera-1", (WINDOW,), ()))
