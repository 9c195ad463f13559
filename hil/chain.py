"""The run of `./run demo --once`: lets things happen in the commune while witnesses watch, and keeps what they saw."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hil import place, uplink
from hil.bench.waiting import came_true
from hil.commune import Commune
from hil.device_control import tell_devices
from hil.incident_watch import IncidentWatch
from hil.marker import MarkerReader
from hil.panel import PanelPerson
from hil.wall_watch import WallWatch

ALARM_CAMERAS = ("cam-1", "cam-2")
QUIET_HAMLETS = ("trung-tam", "doai", "nam")
"""Hamlets where no camera announces anything, so that a button press meets a free horn: the local node and two more."""
QUIET_HORNS = tuple(horn.id for horn in place.HORNS if horn.hamlet in QUIET_HAMLETS)
SHORT = "Mời bà con chú ý."
LONG = "Mời bà con chú ý nghe thông báo. " * 6
PRESSES = 3
REPORTED_S = 40.0
APPEARANCES = 5
CLEAR_S = 20.0
LAST_MOMENTS_S = 3.0
LOOK_S = 0.2


@dataclass(slots=True)
class Story:
    """What happened when, in monotonic seconds."""

    began: float
    presses: list[float] = field(default_factory=list)
    pressed_bulletins: list[str] = field(default_factory=list)
    stop: float = 0.0
    stopped_bulletin: str = ""
    flood: float = 0.0
    cut: float = 0.0
    restored: float = 0.0
    backlog_before: int = 0
    backlog_cut: int = 0
    heard_bytes: int = 0
    ended: float = 0.0


@dataclass(slots=True)
class Witnesses:
    """Who watches."""

    incidents: IncidentWatch
    markers: dict[str, MarkerReader]
    wall: WallWatch


@contextmanager
def witnesses(commune: Commune) -> Iterator[Witnesses]:
    """All of them, at work inside the ``with``."""
    incidents = IncidentWatch(commune.layout.data / "molang.db")
    markers = {camera: MarkerReader(commune.camera_url(camera)) for camera in ALARM_CAMERAS}
    wall = WallWatch(commune.wall_url, commune.layout.root / "wall.png")
    with incidents, markers["cam-1"], markers["cam-2"], wall:
        wall.opened.wait(CLEAR_S)
        yield Witnesses(incidents, markers, wall)


def live_through(commune: Commune, seen: Witnesses) -> Story:
    """Cut the uplink, press the button, stop, restore, flood; then wait for visitors and for the province."""
    story = Story(began=time.monotonic())
    base = f"http://127.0.0.1:{commune.ports.web}"
    words = commune.access.passwords
    operator = PanelPerson(base, "operator", words["operator"])
    leader = PanelPerson(base, "leader", words["leader"])
    _cut(commune, story, operator)
    _press_the_button(story, operator, leader)
    _stop_in_the_middle(commune, story, operator, leader)
    _restore(commune, story, operator)
    _flood(commune, story, operator)
    _wait_for_visitors(seen, story)
    came_true(lambda: _all_reported(commune), REPORTED_S, LOOK_S)
    _drain(operator)
    story.ended = time.monotonic()
    return story


def _cut(commune: Commune, story: Story, person: PanelPerson) -> None:
    story.backlog_before = int(person.state()["uplink"]["backlog"])
    story.cut = time.monotonic()
    uplink.ask(commune.layout.devices, "cut")


def _press_the_button(story: Story, operator: PanelPerson, leader: PanelPerson) -> None:
    bulletin = operator.write(SHORT, QUIET_HAMLETS, "uu_tien")
    story.heard_bytes = leader.approve(bulletin)
    time.sleep(1.0)  # the horns fetch the approved clip; the figure is for a cached one
    for _ in range(PRESSES):
        story.presses.append(operator.air(bulletin))
        operator.wait_for(bulletin, "aired", REPORTED_S)
    story.pressed_bulletins.append(bulletin)


def _stop_in_the_middle(commune: Commune, story: Story, operator: PanelPerson, leader: PanelPerson) -> None:
    story.stopped_bulletin = operator.write(LONG, QUIET_HAMLETS, "uu_tien")
    leader.approve(story.stopped_bulletin)
    pressed = operator.air(story.stopped_bulletin)
    for horn in QUIET_HORNS:
        commune.observed.wait_for("sound", horn, since=pressed, deadline_s=10.0, phase="loud")
    time.sleep(1.0)
    story.stop = operator.stop()
    operator.wait_for(story.stopped_bulletin, "stopped", REPORTED_S)


def _restore(commune: Commune, story: Story, person: PanelPerson) -> None:
    story.backlog_cut = int(person.state()["uplink"]["backlog"])
    uplink.ask(commune.layout.devices, "restore")
    story.restored = time.monotonic()


def _flood(commune: Commune, story: Story, person: PanelPerson) -> None:
    story.flood = time.monotonic()
    tell_devices(commune.layout.devices, "flood")
    came_true(
        lambda: bool(commune.ask_database("SELECT 1 FROM incident WHERE kind = 'flood_level'")), REPORTED_S, LOOK_S
    )
    tell_devices(commune.layout.devices, "ebb")
    came_true(lambda: _flood_reported(person), REPORTED_S, LOOK_S)


def _flood_reported(person: PanelPerson) -> bool:
    """The first announcement for all hamlets has a report of every horn."""
    rows = [row for row in person.state()["bulletins"] if row["hamlets"] == ["all"]]
    return any(sum(row["reports"].values()) == len(place.HORNS) for row in rows)


def _wait_for_visitors(seen: Witnesses, story: Story) -> None:
    came_true(lambda: len(appearances(seen, story)) >= APPEARANCES, 60, LOOK_S)


def _all_reported(commune: Commune) -> bool:
    """No horn owes a report, nothing waits for the air."""
    question = (
        "SELECT (SELECT count(*) FROM horn_report WHERE outcome IS NULL)"
        " + (SELECT count(*) FROM bulletin WHERE state IN ('airing', 'queued', 'rendering'))"
        " + (SELECT count(*) FROM announcement WHERE state = 'waiting')"
    )
    return bool(commune.ask_database(question)[0][0] == 0)


def _drain(person: PanelPerson) -> None:
    came_true(lambda: int(person.state()["uplink"]["backlog"]) <= 2, 20, LOOK_S)


def appearances(seen: Witnesses, story: Story) -> list[tuple[str, float]]:
    """(camera, moment) of every person who walked in during the story, as seen on the network.

    Who came in its last moments is not counted: the box still has its time.
    """
    until = (story.ended or time.monotonic()) - LAST_MOMENTS_S
    return [
        (camera, moment)
        for camera, reader in seen.markers.items()
        for moment in list(reader.appeared)
        if story.began < moment < until
    ]
