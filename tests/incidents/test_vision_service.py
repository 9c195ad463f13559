"""The supervisor's side of the shards: what comes from them, and what goes to them."""

import asyncio
import datetime as dt
import os
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.config import load
from edge.config.schema import Camera, Config, Gauge, Line, Vision, Zone
from edge.core.errors import FinalError
from edge.core.moment import AtMs, Steady
from edge.core.news import ReadingTaken
from edge.core.place import StationId
from edge.core.sensing import Quality, Reading
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.kernel.wire.vision import CameraHealth, SceneHealth, SegmentDone, StillKept, Tracks, WireTrack
from edge.store.journal import Journal
from edge.store.readings import add_reading
from edge.vision.service import VisionService
from edge.vision.shards import Eyes, camera_setup
from edge.vision.tuning import Tuning
from tests.incidents.bench import LEFT, ROSTER

EXAMPLE = Path(__file__).parents[2] / "docs/ref/example.toml"
NOWHERE = "rtsp://127.0.0.1:9/none"
GAUGE = Gauge(id="song", name="Sông Minh", period_s=60.0)
BANK = Zone(id="bo", name="Bờ sông", polygon=LEFT, rule="river_bank", gauge="song", above_m=4.0)
CAMERA = Camera(
    id="cong",
    name="Cổng",
    hamlet="dong",
    url=NOWHERE,
    offline_s=30.0,
    zone=(Zone(id="san", name="Sân", polygon=LEFT), BANK),
    line=(Line(id="vach", name="Vạch", points=((0.5, 0.0), (0.5, 1.0)), active="00:00-00:00"),),
)
SEGMENT = SegmentDone("cong", "recordings/cong/1.mp4", 0, 1, 5, "h264", 640, 360, 0.0, objects=False)


class Shelf:
    """Keeps segments, and notes them."""

    def __init__(self) -> None:
        self.kept: list[SegmentDone] = []

    async def keep(self, segment: SegmentDone) -> None:
        self.kept.append(segment)


@dataclass
class Place:
    """A service that runs with a shard whose camera is not there."""

    config: Config
    journal: Journal
    bus: Bus
    shelf: Shelf
    vision: VisionService
    tuning: Tuning

    async def rows(self, question: str) -> list[tuple[Any, ...]]:
        return await self.journal.record(lambda tx: tx.run(question).fetchall())


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    config = msgspec.structs.replace(load(EXAMPLE), camera=(CAMERA,), gauge=(GAUGE,), vision=Vision(model="none"))
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    bus, shelf = Bus(), Shelf()
    desk = IncidentDesk(journal, bus, ROSTER, {})
    vision = VisionService(config, Eyes("", (), tmp_path, tmp_path), desk, shelf, journal, bus)
    yield Place(config, journal, bus, shelf, vision, Tuning(config, desk, journal, vision.rest))
    journal.close()


async def until(true: Callable[[], bool], within_s: float = 20.0) -> None:
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def tracks(steady: float, *places: float, at_ms: int = 1_790_000_000_000) -> Tracks:
    seen = [
        WireTrack(n, "person", 0.8, (x - 0.05, 0.2, x + 0.05, 0.4), 1.0, 9) for n, x in enumerate(places, 1)
    ]  # fmt: skip
    return Tracks("cong", at_ms, steady, tuple(seen))


def river(level_m: float, quality: Quality = Quality.GOOD) -> Reading:
    return Reading(StationId("song"), "level", level_m, "m", AtMs(SystemClock().now().at_ms), quality)


async def test_a_shard_is_told_what_the_active_rules_demand_and_again_after_its_restart(place: Place) -> None:
    running = asyncio.create_task(place.vision.run())
    try:
        await until(lambda: place.vision._demanded.get("cong") == 1.0)
        await place.tuning.suspend("cong", "vach", 60, "lan", "duty")
        assert place.vision._demanded["cong"] == 0.0
        place.bus.publish(ReadingTaken(river(4.5)))
        await until(lambda: place.vision._demanded["cong"] == 1.0)
        assert place.vision.is_active("cong", "bo")
        place.vision._demanded["cong"] = 7.0
        shard = next(each for each in place.vision._shards.children if each.pid)
        os.kill(shard.pid or 0, signal.SIGKILL)
        await until(lambda: place.vision._demanded.get("cong") == 1.0)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_tracks_become_an_incident_a_passage_and_the_wall(place: Place) -> None:
    place.vision._active["cong"] = frozenset()
    await place.vision._heard(tracks(1.0, 0.2))
    assert place.vision.tracks["cong"].tracks[0].label == "person"
    assert await place.rows("SELECT subject, most FROM incident") == [("camera/cong/san", 1)]
    await place.vision._keep_walks(place.vision._clock.steady())
    assert await place.rows("SELECT camera, label, hits FROM passage") == [("cong", "person", 9)]
    await place.vision._keep_walks(place.vision._clock.steady())
    assert await place.rows("SELECT count(*) FROM passage") == [(1,)]


async def test_a_river_that_was_high_before_the_restart_still_is(place: Place) -> None:
    await place.journal.record(lambda tx: add_reading(tx, river(4.4)))
    await place.vision._resume()
    await place.vision._heard(tracks(1.0, 0.2))
    titles = await place.rows("SELECT title FROM incident WHERE rule = 'bo'")
    assert titles == [("Có người ở Bờ sông khi nước sông 4,40 m (Cổng)",)]


async def test_a_bad_reading_and_rain_move_no_river(place: Place) -> None:
    running = asyncio.create_task(place.vision.run())
    try:
        await until(lambda: bool(place.bus._mailboxes.get(ReadingTaken)))
        place.bus.publish(ReadingTaken(river(9.0, Quality.JUMP)))
        rain = Reading(StationId("song"), "rain_counter", 9.0, "mm", AtMs(0), Quality.GOOD)
        place.bus.publish(ReadingTaken(rain))
        await asyncio.sleep(0.3)
        await place.vision._heard(tracks(1.0, 0.2))
        assert await place.rows("SELECT count(*) FROM incident WHERE rule = 'bo'") == [(0,)]
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_what_a_shard_wrote_is_filed_and_what_is_wrong_with_a_picture_is_told(place: Place) -> None:
    running = asyncio.create_task(place.vision.run())
    try:
        await until(lambda: "cong" in place.vision.health)
        await place.vision._heard(tracks(1.0, 0.2))
        ((number,),) = await place.rows("SELECT id FROM incident")
        await place.vision._heard(SEGMENT)
        await place.vision._heard(StillKept(number, "cong", "stills/x.jpg", "0" * 64, 9, (0.1, 0.2, 0.3, 0.4)))
        await place.vision._heard(SceneHealth("cong", "covered", 0))
        await until(lambda: place.shelf.kept == [SEGMENT])
        assert place.vision.scene_trouble("cong") == "covered"
        await asyncio.sleep(1.5)
        assert await place.rows("SELECT still, box FROM incident WHERE rule = 'san'") == [
            ("stills/x.jpg", "[0.1, 0.2, 0.3, 0.4]")
        ]
        assert await place.rows("SELECT title FROM incident WHERE kind = 'device'") == [("Camera Cổng bị che",)]
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_camera_that_is_gone_for_its_time_is_an_incident(place: Place) -> None:
    now = place.vision._clock.now()
    place.vision._note(CameraHealth("cong", "refused"))
    later = replace(now, steady=Steady(now.steady + 31))
    await place.vision._troubles.act("cong", later)
    assert await place.rows("SELECT rule_kind, camera FROM incident") == [("offline", "cong")]


async def test_only_a_registered_camera_is_recorded(place: Place) -> None:
    registered = msgspec.structs.replace(
        CAMERA, purpose="Bảo vệ", legal_basis="QĐ 12", owner="UBND", sign_posted=dt.date(2026, 1, 2)
    )
    assert camera_setup(CAMERA, place.config).record_url == ""
    assert camera_setup(registered, place.config).record_url == NOWHERE
    assert camera_setup(msgspec.structs.replace(registered, record="off"), place.config).record_url == ""


async def test_a_false_alarm_is_over_and_proposes_a_change(place: Place) -> None:
    await place.vision._heard(tracks(1.0, 0.2))
    ((number,),) = await place.rows("SELECT id FROM incident")
    answer = await place.tuning.judge(number, "false_alarm", "lan", "duty")
    assert answer["proposal"].startswith("Sân: ")
    assert "mask = [[[0.150, 0.200]" in answer["toml"]
    assert await place.rows("SELECT state, verdict, closed_by, closed_how FROM incident") == [
        ("closed", "false_alarm", "lan", "Báo nhầm.")
    ]
    assert await place.tuning.judge(number, "true_alarm", "lan", "duty") == {"proposal": "", "toml": ""}
    with pytest.raises(FinalError):
        await place.tuning.judge("9-9", "false_alarm", "lan", "duty")


async def test_a_rule_is_tried_on_what_moved(place: Place) -> None:
    now_ms = SystemClock().now().at_ms
    for step in range(10):
        await place.vision._heard(tracks(1.0 + step * 0.5, 0.1 + step * 0.08, at_ms=now_ms - 60_000 + step * 500))
    await place.vision._keep_walks(place.vision._clock.steady())
    line = {"points": [[0.5, 0.0], [0.5, 1.0]], "name": "Lối vào"}
    answer = await place.tuning.try_rule("cong", line, 1)
    (fired,) = answer["fired"]
    assert (fired["label"], fired["most"]) == ("person", 1)
    assert len(answer["passages"]) == 1
    assert "[[camera.line]]" in answer["toml"]
    nowhere = {"polygon": [[0.0, 0.9], [0.1, 0.9], [0.1, 1.0]]}
    assert (await place.tuning.try_rule("cong", nowhere, 1))["fired"] == []


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"points": [[0.5, 0.0], [0.5, 0.0]]}, "hai đầu"),
        ({"polygon": [[0.5, 0.0], [2.0, 0.0], [0.5, 0.5]]}, "không được quá 1"),
        ({"polygon": [[0.5, 0.0], [0.7, 0.0], [0.5, 0.5]], "rule": "loiter"}, "after_s"),
        ({"polygon": [[0.5, 0.0], [0.7, 0.0], [0.5, 0.5]], "mau": "xanh"}, "mau"),
    ],
)
async def test_a_rule_that_is_drawn_wrong_is_a_sentence(place: Place, table: dict[str, Any], words: str) -> None:
    with pytest.raises(FinalError, match=words):
        await place.tuning.try_rule("cong", table, 1)


async def test_only_rules_that_exist_can_rest(place: Place) -> None:
    for camera, rule in (("khac", "all"), ("cong", "khac")):
        with pytest.raises(FinalError):
            await place.tuning.suspend(camera, rule, 60, "lan", "duty")
    answer = await place.tuning.suspend("cong", "all", 60, "lan", "duty")
    assert place.vision.rests_until_ms("cong", "san") == answer["until_ms"]
    await place.vision._heard(tracks(1.0, 0.2))
    assert await place.rows("SELECT count(*) FROM incident") == [(0,)]
    assert await place.tuning.suspend("cong", "san", 0, "lan", "duty") == {"until_ms": None}
    assert place.vision.rests_until_ms("cong", "san") is None
    assert place.vision.rests_until_ms("cong", "vach") is not None
