"""A blurred export shows nobody; where that cannot be told, it shows nothing at all."""

from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest

from edge.kernel.wire.export import BlurSetup, Cut, Piece
from edge.workers.export.cut import cut
from edge.workers.export.hiding import Hider, open_people_detector
from models.base import Answer, Detections, Frame, Prepared
from models.folders import default_cache_dir
from tests.recording.films import FPS, HEIGHT, WIDTH, frames_in, picture, write_segment

BEGAN = 1_790_000_000_000
PEOPLE = Path(__file__).parents[3].parent / "shared/assets/video/one-by-one-person-detection.mp4"
MODEL = default_cache_dir() / "yolov8n-320.onnx"


class SeesNobody:
    """A fake detector that answers and finds nothing."""

    labels = ("person",)
    input_size = (320, 320)
    most_at_once = 1

    def prepare(self, frame: Frame) -> Prepared:
        raise NotImplementedError

    def infer(self, inputs: Sequence[Prepared]) -> list[Answer]:
        raise NotImplementedError

    def read(self, prepared: Prepared, answer: Answer) -> Detections:
        raise NotImplementedError

    def detect(self, frame: Frame) -> Detections:
        return Detections.none()

    def close(self) -> None:
        pass


def blurred(folder: Path, blur: BlurSetup) -> tuple[str, list["np.typing.NDArray[np.uint8]"]]:
    write_segment(folder / "recordings/cong/1.mp4", 3)
    (folder / "exports").mkdir()
    piece = Piece("recordings/cong/1.mp4", BEGAN)
    done = cut(Cut(str(folder), (piece,), BEGAN + 500, BEGAN + 2500, "exports/e.mp4", blur))
    return done.blurred, [frame.to_ndarray(format="bgr24") for frame in frames_in(folder / "exports/e.mp4")]


@pytest.mark.parametrize("model", ["", "/nowhere/model.onnx"])
def test_without_a_detector_the_whole_picture_is_hidden(tmp_path: Path, model: str) -> None:
    how, frames = blurred(tmp_path, BlurSetup(model, "detect_onnx", ("person",)))
    assert how == "all"
    assert len(frames) == 2 * FPS
    square = picture(5).max()
    assert max(int(frame.max()) for frame in frames) < square - 60, "the bright square is still there"


def test_a_broken_model_hides_everything(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"this is no model")
    assert open_people_detector(BlurSetup(str(path), "detect_onnx", ("person",))) is None


def test_privacy_masks_are_black(tmp_path: Path) -> None:
    half = ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))
    _, frames = blurred(tmp_path, BlurSetup("", "detect_onnx", ("person",), masks=(half,)))
    assert all(frame[:, WIDTH // 2 + 8 :].mean() < 8 < 60 < frame[:, : WIDTH // 2 - 8].mean() for frame in frames)


def test_what_moves_is_hidden_though_the_detector_sees_nobody() -> None:
    hider = Hider(SeesNobody(), ())
    assert hider.boxes(picture(0)) == []
    boxes = hider.boxes(picture(4))
    left = 4 * 3
    assert any(x0 <= left and left + 20 <= x1 and y0 <= 20 and y1 >= 40 for x0, y0, x1, y1 in boxes)
    assert all((x1 - x0) * (y1 - y0) < WIDTH * HEIGHT / 2 for x0, y0, x1, y1 in boxes)


@pytest.mark.skipif(not PEOPLE.exists(), reason=f"{PEOPLE.name} is not beside the repository")
@pytest.mark.skipif(not MODEL.exists(), reason="yolov8n-320 was not pulled")
def test_no_person_is_found_in_the_blurred_film(tmp_path: Path) -> None:
    """The judge is the same net with a usual threshold: it must find people before, and none after."""
    write = tmp_path / "recordings/cong/1.mp4"
    _copy(PEOPLE, write, seconds=20, skip=10)
    (tmp_path / "exports").mkdir()
    setup = BlurSetup(str(MODEL), "detect_onnx", ("person",))
    done = cut(
        Cut(str(tmp_path), (Piece("recordings/cong/1.mp4", BEGAN),), BEGAN, BEGAN + 20_000, "exports/e.mp4", setup)
    )
    assert done.blurred == "people"
    before, after = _people_in(write), _people_in(tmp_path / "exports/e.mp4")
    assert before > 10
    assert after <= before * 0.05


def _copy(source: Path, target: Path, seconds: float, skip: float) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    with av.open(str(source)) as film, av.open(str(target), "w", format="mp4", options=options) as out:
        stream = out.add_stream_from_template(film.streams.video[0])
        film.seek(int(skip * 1_000_000))
        for packet in film.demux(video=0):
            if packet.dts is None or packet.pts * packet.time_base > skip + seconds:
                continue
            packet.stream = stream
            out.mux(packet)


def _people_in(film: Path) -> int:
    from models.registry import open_detector

    detector = open_detector("detect_onnx", {"path": MODEL, "confidence": 0.5, "classes": ("person",)})
    every = frames_in(film)[::5]
    return sum(len(detector.detect(Frame(frame.to_ndarray(format="bgr24")))) > 0 for frame in every)
