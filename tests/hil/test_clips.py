from pathlib import Path

import av
import pytest

from edge.core.place import Point, inside
from hil.clips import ROOT, ClipInfo, make_clips
from hil.hydrograph import Hydrograph
from hil.scenes import FPS, HEIGHT, WIDTH, Picture
from models.assets import locate
from models.backends.detect_onnx import Settings, setup
from models.base import Detector, Frame
from models.errors import AssetMissingError
from models.folders import default_cache_dir

MODEL = "yolov8n-320.onnx"
MIN_SCORE = 0.4


@pytest.fixture(scope="module")
def clips() -> tuple[ClipInfo, ...]:
    try:
        locate("bikes.mp4")
        locate("bus.jpg")
    except AssetMissingError as missing:
        pytest.skip(str(missing))
    return make_clips(ROOT / "var" / "clips")


@pytest.fixture(scope="module")
def detector() -> Detector:
    path = default_cache_dir() / MODEL
    if not path.is_file():
        pytest.skip(f"{MODEL} is not there: ./run setup")
    return setup(Settings(path=path, confidence=MIN_SCORE, classes=("person",)))


def pictures_at(path: Path, seconds: list[float]) -> list[Picture]:
    wanted = {round(second * FPS) for second in seconds}
    with av.open(str(path)) as container:
        frames = enumerate(container.decode(video=0))
        return [frame.to_ndarray(format="bgr24") for number, frame in frames if number in wanted]


def people_in_zone(detector: Detector, clip: ClipInfo, picture: Picture) -> int:
    zone = [Point(x, y) for x, y in clip.zone]
    boxes = detector.detect(Frame(picture)).boxes
    feet = [Point((left + right) / 2 / WIDTH, bottom / HEIGHT) for left, _, right, bottom in boxes.tolist()]
    return sum(inside(foot, zone) for foot in feet)


def test_there_are_two_cameras_with_visitors_of_different_period_and_two_without(clips: tuple[ClipInfo, ...]) -> None:
    visited = [clip for clip in clips if clip.people_s]
    assert (len(clips), len(visited)) == (4, 2)
    assert len({clip.period_s for clip in visited}) == 2


def test_a_person_is_found_in_the_zone_from_the_first_picture_on(
    clips: tuple[ClipInfo, ...], detector: Detector
) -> None:
    for clip in (clip for clip in clips if clip.people_s):
        after = [clip.empty_s + step for step in (0.0, 0.07, 0.2, 1.0, 3.0, clip.people_s - 0.2)]
        found = [people_in_zone(detector, clip, picture) for picture in pictures_at(clip.path, after)]
        assert all(found), (clip.name, found)


def test_nobody_is_found_while_the_place_is_empty(clips: tuple[ClipInfo, ...], detector: Detector) -> None:
    for clip in clips:
        before = [clip.empty_s * share / 20 for share in range(20)] + [clip.empty_s - 0.07]
        found = [people_in_zone(detector, clip, picture) for picture in pictures_at(clip.path, before)]
        assert not any(found), (clip.name, found)


def test_the_flood_rises_through_all_three_levels_and_ebbs() -> None:
    river = Hydrograph()
    assert river.level_m(5, None) < 1.2
    levels = [river.level_m(hour, hour) for hour in range(100)]
    assert max(levels) > 2.7
    assert levels[-1] < 1.2
    assert max(abs(after - before) for before, after in zip(levels, levels[1:], strict=False)) < 0.6
