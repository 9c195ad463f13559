"""The films of the simulated cameras, made once and kept under `var/clips`.

Where `../shared/assets` lies beside the repository, its real footage is used for two of the four; without it all are
made from what `molang assets pull` fetched. A white square in the lower right corner is burned into every picture
with a person, a black one into the others: `hil.marker` reads it back from the network.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

import av
import cv2
import numpy as np

from hil import scenes
from hil.scenes import FPS, HEIGHT, WIDTH, Picture, Shot
from models import assets

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "assets" / "video"
RECIPE = 2
"""Raise it when a scene changes: clips of an older recipe are made again."""
GOP_S = 2
MARKER_PX = 24

Polygon = tuple[tuple[float, float], ...]
Watch = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class ClipInfo:
    """A looped film: `empty_s` without and then `people_s` with a person, who stands inside `zone` all that time."""

    name: str
    path: Path
    zone: Polygon
    empty_s: float
    people_s: float

    @property
    def period_s(self) -> float:
        """How long until it starts again."""
        return self.empty_s + self.people_s


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a film is made."""

    name: str
    zone: Polygon
    empty_s: float
    people_s: float
    shots: Callable[["Recipe"], Iterator[Shot]]


def make_clips(folder: Path, watch: Watch = lambda _name, _share: None) -> tuple[ClipInfo, ...]:
    """The four films, in the order of the cameras; those already made are taken as they are.

    `watch` is told the name and the share done. Raises models' AssetMissingError where nothing could be fetched.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(_kept(folder, recipe, watch) for recipe in recipes())


def has_shared_footage() -> bool:
    """Whether the better test footage lies beside the repository."""
    return SHARED.is_dir()


def recipes() -> tuple[Recipe, ...]:
    """Two cameras with visitors, one where nothing happens, one with cars and nobody."""
    ground = ((0.05, 0.55), (0.98, 0.55), (0.98, 1.0), (0.05, 1.0))
    real = has_shared_footage()
    return (
        Recipe("hall", ground, 11, 7, _hall) if real else Recipe("crossing", ground, 11, 7, _crossing),
        Recipe("wall", ground, 12, 8, _wall),
        Recipe("quiet", ground, 20, 0, _quiet),
        Recipe("cars", ground, 30 if real else 24, 0, _car_park if real else _traffic),
    )


def _hall(recipe: Recipe) -> Iterator[Shot]:
    # One by one people step to a table; the hall is empty at the start, pictures 300 to 390 show one man.
    source = SHARED / "one-by-one-person-detection.mp4"
    ground = _middle(scenes.film(source, 0, 20))
    people = scenes.film(source, 300, 90)
    real = scenes.footage(people, recipe.people_s, 10, person=True)
    return chain(scenes.noisy(scenes.empty(ground, recipe.empty_s), 1), real)


def _wall(recipe: Recipe) -> Iterator[Shot]:
    ground = _bikes(235)
    return _with_walker(recipe, ground, _man(250), (250, 500), 352)


def _crossing(recipe: Recipe) -> Iterator[Shot]:
    man = _man(230)
    mirrored = scenes.Cutout(man.picture[:, ::-1], man.alpha[:, ::-1])
    return _with_walker(recipe, _bikes(165)[:, ::-1].copy(), mirrored, (120, 420), 350)


def _quiet(recipe: Recipe) -> Iterator[Shot]:
    return scenes.noisy(scenes.empty(_bikes(2), recipe.empty_s), 3)


def _traffic(recipe: Recipe) -> Iterator[Shot]:
    pictures = scenes.film(assets.locate("bikes.mp4"), 143, 40)
    return scenes.footage(pictures, recipe.empty_s, 25, person=False)


def _car_park(recipe: Recipe) -> Iterator[Shot]:
    pictures = scenes.film(SHARED / "car-detection.mp4", 0, 375)
    return scenes.footage(pictures, recipe.empty_s, 12.5, person=False)


def _with_walker(
    recipe: Recipe, ground: Picture, person: scenes.Cutout, path_px: tuple[int, int], bottom: int
) -> Iterator[Shot]:
    nobody = scenes.empty(ground, recipe.empty_s)
    somebody = scenes.walker(ground, person, recipe.people_s, path_px, bottom)
    return scenes.noisy(chain(nobody, somebody), 2)


def _man(height_px: int) -> scenes.Cutout:
    photo = cv2.imread(str(assets.locate("bus.jpg")))
    return scenes.cut_out(np.asarray(photo, np.uint8), (221, 405, 344, 857), height_px)


def _bikes(number: int) -> Picture:
    return scenes.film(assets.locate("bikes.mp4"), number, 1)[0]


def _middle(pictures: list[Picture]) -> Picture:
    return np.asarray(np.median(np.stack(pictures), axis=0), np.uint8)


def _kept(folder: Path, recipe: Recipe, watch: Watch) -> ClipInfo:
    info = ClipInfo(recipe.name, folder / f"{recipe.name}.mp4", recipe.zone, recipe.empty_s, recipe.people_s)
    note = info.path.with_suffix(".json")
    facts = _facts(info)
    if not (info.path.exists() and note.exists() and json.loads(note.read_text()) == facts):
        draft = info.path.with_suffix(".new.mp4")
        _encode(recipe, draft, round(info.period_s * FPS), watch)
        draft.replace(info.path)
        note.write_text(json.dumps(facts))
    watch(recipe.name, 1.0)
    return info


def _facts(info: ClipInfo) -> Mapping[str, object]:
    facts = {**asdict(info), "path": info.path.name, "recipe": RECIPE}
    return dict(json.loads(json.dumps(facts)))


def _encode(recipe: Recipe, path: Path, count: int, watch: Watch) -> None:
    # Fixed key interval, no B-frames, no scene-cut key frames: as cheap cameras encode. `empty_s` is an odd number of
    # seconds, so people appear in the middle of a GOP, which is neither the best nor the worst case for a detector.
    options = {"preset": "veryfast", "crf": "25", "bf": "0", "sc_threshold": "0", "profile": "main"}
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = WIDTH, HEIGHT, "yuv420p", GOP_S * FPS
        for number, shot in enumerate(recipe.shots(recipe)):
            frame = av.VideoFrame.from_ndarray(_marked(shot), format="bgr24")
            container.mux(stream.encode(frame))
            if number % FPS == 0:
                watch(recipe.name, number / count)
        container.mux(stream.encode(None))


def _marked(shot: Shot) -> Picture:
    picture = np.ascontiguousarray(shot.picture)
    picture[-MARKER_PX:, -MARKER_PX:] = 255 if shot.person else 0
    return picture
