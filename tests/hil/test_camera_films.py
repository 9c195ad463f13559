"""The films of the cameras bench: what is described, who comes when, and that the truth is what the pictures show."""

import itertools
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Literal

import av
import numpy as np
import pytest

from hil.bench.films import nuisance
from hil.bench.films.description import Description, Look, described
from hil.bench.films.encode import encode
from hil.bench.films.planes import Planes
from hil.bench.films.scene import box_of, play
from hil.bench.films.script import AWAKE, IDLE, Script, Visit, visits_of
from models import assets
from models.errors import ModelError

SMALL = Look("nho", (320, 180), 10, 2, "vbr", 200, "street", night=False)


@pytest.fixture(scope="module")
def about() -> Description:
    return described()


@pytest.fixture
def _stills() -> None:
    try:
        assets.locate("bikes.mp4")
        assets.locate("bus.jpg")
    except ModelError as error:
        pytest.skip(f"{error}: molang assets pull")


def test_the_29_cameras_are_those_of_the_issue(about: Description) -> None:
    looks = about.cameras
    assert Counter(look.gop_s for look in looks) == {1: 8, 2: 13, 4: 4, 10: 4}
    assert abs(sum(look.rate == "cbr" for look in looks) - 29 / 2) < 1
    assert abs(sum(look.night for look in looks) - 29 / 3) < 1
    heights = [look.size[1] for look in looks]
    assert (min(heights), max(heights)) == (360, 1080)
    assert sum(height == 1080 for height in heights) >= 2


def test_the_quiet_cameras_are_those_of_the_issue(about: Description) -> None:
    assert {(look.size, look.fps, look.gop_s) for look in about.quiet.looks} == {((640, 360), 15, 2)}


def test_200_visits_of_which_60_are_short(about: Description) -> None:
    visits = [visit for look in about.cameras for visit in visits_of(look, about.plan).visits]
    assert len(visits) >= 200
    assert sum(1.0 <= visit.lasts_s <= 2.6 for visit in visits) >= 60
    assert max(visit.lasts_s for visit in visits) <= 15.1
    assert {visit.after for visit in visits} == {IDLE, AWAKE}


def test_onsets_fall_anywhere_between_two_key_frames(about: Description) -> None:
    phases = sorted(
        visit.onset_s % look.gop_s / look.gop_s
        for look in about.cameras
        for visit in visits_of(look, about.plan).visits
    )
    uniform = np.arange(1, len(phases) + 1) / len(phases)
    assert np.abs(phases - uniform).max() < 1.36 / np.sqrt(len(phases))  # Kolmogorov and Smirnov, 5 %


def test_before_a_visit_from_idle_nothing_moves_for_a_while(about: Description) -> None:
    for look in about.cameras:
        script = visits_of(look, about.plan)
        busy = [(0.0, 0.0), *((visit.onset_s, visit.end_s) for visit in script.visits)]
        for (_, before), visit in zip(busy, script.visits, strict=False):
            if visit.after == IDLE:
                assert visit.onset_s - before >= about.plan.idle_gap_s - 0.1
            else:
                stir = next(one for one in script.stirs if one.since_s < visit.onset_s < one.until_s)
                assert stir.since_s - before >= 2.9
        assert script.visits[-1].end_s < script.film_s


def test_the_same_camera_has_the_same_visits_every_time(about: Description) -> None:
    assert visits_of(about.cameras[3], about.plan) == visits_of(about.cameras[3], about.plan)
    assert visits_of(about.cameras[3], about.plan) != visits_of(about.cameras[4], about.plan)


@pytest.mark.usefixtures("_stills")
def test_the_truth_is_what_the_pictures_show() -> None:
    visit = Visit(1.0, 2.0, IDLE, 0, 0.5, 0.2, to_right=True)
    pictures = list(play(SMALL, Script(3, (visit,))))
    empty = pictures[0].luma.astype(int)
    for number, picture in enumerate(pictures):
        changed = np.abs(picture.luma - empty) > 40
        there = visit.onset_s <= number / SMALL.fps < visit.end_s
        assert changed.mean() > 0.01 if there else changed.mean() < 0.002
        if there:
            left, top, right, bottom = box_of(visit, SMALL, number / SMALL.fps - visit.onset_s)
            inside = np.zeros_like(changed)
            inside[round(top * 180) : round(bottom * 180), round(left * 320) : round(right * 320)] = True
            assert not (changed & ~inside).any()


@pytest.mark.usefixtures("_stills")
def test_a_film_ends_where_it_begins() -> None:
    pictures = list(play(replace(SMALL, night=True), Script(4)))
    steps = [_differ(one, other) for one, other in itertools.pairwise(pictures)]
    assert _differ(pictures[-1], pictures[0]) <= 1.2 * max(steps)


@pytest.mark.parametrize("kind", ["light", "ir_cut", "headlights", "rain", "shake", "clock"])
def test_a_disturbance_changes_some_pictures_and_not_their_shape(kind: str) -> None:
    shape = (180, 320)
    half = np.full((90, 160), 90, np.uint8)
    plain = Planes(np.random.default_rng(3).integers(60, 160, shape, np.uint8), half, half)
    script = Script(60, nuisance=kind, a_minute=1)
    shown = [nuisance.disturbed(plain, script, at_s / 4) for at_s in range(4 * 60)]
    assert any(_differ(plain, picture) > 0 for picture in shown)
    assert all(picture.luma.shape == shape and picture.luma.dtype == np.uint8 for picture in shown)


@pytest.mark.parametrize("rate", ["vbr", "cbr"])
def test_a_film_has_its_key_frames_no_b_frames_and_its_rate(tmp_path: Path, rate: Literal["vbr", "cbr"]) -> None:
    look = replace(SMALL, rate=rate, kbit_s=120)
    random = np.random.default_rng(5)
    half = np.full((90, 160), 128, np.uint8)
    noise = [Planes(random.integers(0, 255, (180, 320), np.uint8), half, half) for _ in range(80)]
    path = tmp_path / "film.mp4"
    encode(look, noise, path)
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    assert [number for number, packet in enumerate(packets) if packet.is_keyframe] == [0, 20, 40, 60]
    assert all(packet.pts == packet.dts for packet in packets)
    assert path.stat().st_size * 8 / 1000 / 8 < 2 * look.kbit_s  # the first second may use what the buffer holds


def _differ(one: Planes, other: Planes) -> float:
    return float(np.abs(one.luma.astype(int) - other.luma.astype(int)).mean())
