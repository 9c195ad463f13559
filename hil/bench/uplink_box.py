"""A box that has nothing but a backlog: its settings, and an outbox filled with what a commune tells its province."""

import json
import random
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.passage import Footprint, Passage
from edge.store.outbox import LANE_ALARM, LANE_RESULT, LANE_TELEMETRY, Event, add_event
from edge.store.passages import detection_of
from edge.store.schema import open_writer
from hil import place
from hil.access import new_access
from hil.pki import Authority
from hil.ports import free_ports

BOOT = 7
BEGAN_MS = 1_795_000_000_000
CAMERAS, PASSAGE_EVERY_MS = 29, 1_490
"""58,000 passages a day before the cameras of one commune."""
HAMLETS, STATIONS = tuple(place.HAMLETS), ("song-minh", "suoi-da", "ho-khe-cat")


def write_settings(folder: Path, authority: Authority, hub_port: int, hub_host: str = "127.0.0.1") -> Path:
    """`molang.toml` of a box without cameras, horns and gauges: what it does, it does for the uplink."""
    web, live, broker, media = free_ports((0, 0, 0, 0))
    box, access = authority.issue(place.BOX), new_access()
    files = "\n".join(f'{key} = "{path}"' for key, path in (("ca", authority.ca), ("cert", box.cert), ("key", box.key)))
    tables = (
        f'[commune]\nid = "{place.COMMUNE}"\nname = "{place.COMMUNE_NAME}"\ndata = "{folder / "box"}"\ndemo = true',
        f'[web]\nport = {web}\nwall_token = "{access.wall_token}"',
        f'[live]\nport = {live}\nurl = "ws://127.0.0.1:{live}"',
        f"[broker]\nport = {broker}\n{files}",
        f'[media]\nport = {media}\nurl = "https://127.0.0.1:{media}/media"\n{files}',
        f'[hub]\nurl = "https://{hub_host}:{hub_port}"\n{files}',
        '[vision]\nmodel = "none"',
        '[[hamlet]]\nid = "dong"\nname = "thôn Đông"',
    )
    path = folder / "molang.toml"
    path.write_text("\n\n".join(tables) + "\n", "utf-8")
    return path


def fill_outbox(database: Path, count: int, make: Callable[[int], Event] | None = None) -> None:
    """A new database with so many events that wait, as an outage of some hours leaves them."""
    with closing(open_writer(database)) as connection:
        connection.execute("BEGIN")
        for number in range(count):
            add_event(connection, (make or event)(number), BOOT, moment(number))
        connection.execute("COMMIT")


def event(number: int) -> Event:
    """The event of this number: always the same, and as different from the one before as real ones are."""
    chance = random.Random(number)
    kind = _KINDS[min(number % 10, len(_KINDS) - 1)]
    return kind(f"{BOOT}-{number}", chance)


def detection(number: int) -> Event:
    """What passed a camera, as the box tells it: the product's own words around drawn numbers."""
    chance = random.Random(number)
    began_ms = BEGAN_MS + number * PASSAGE_EVERY_MS + chance.randrange(PASSAGE_EVERY_MS)
    lasted_ms = round(chance.lognormvariate(8.5, 1))
    ends = [Footprint(after_ms, chance.random(), chance.random(), 0.2) for after_ms in (0, lasted_ms)]
    label = chance.choices(("person", "motorcycle", "bicycle", "car", "dog"), (50, 30, 8, 8, 4))[0]
    hits, score = chance.randrange(3, 400), chance.uniform(0.4, 0.95)
    passed = Passage(began_ms, began_ms + lasted_ms, label, score, hits, tuple(ends))
    name, camera = f"{BOOT}-{number}", f"cam-{chance.randrange(CAMERAS):02}"
    return Event(name, LANE_TELEMETRY, "detection.seen", camera, detection_of(passed))


def moment(number: int) -> Moment:
    """When it happened: one about every three seconds, at any millisecond."""
    at_ms = BEGAN_MS + number * 3000 + random.Random(number).randrange(3000)
    return Moment(AtMs(at_ms), Steady(at_ms / 1000), ClockState.SYNCED)


def size_of(number: int) -> int:
    """Bytes of an event's own data, before anything is added or compressed."""
    return len(json.dumps(event(number).data, ensure_ascii=False, separators=(",", ":")).encode())


def _incident(name: str, chance: random.Random) -> Event:
    camera, hamlet = chance.randrange(29), chance.choice(HAMLETS)
    data = {"title": f"Có người trong vùng cấm: camera {camera}", "severity": "severe", "hamlet": hamlet}
    return Event(
        name, LANE_ALARM, "incident.opened", f"{BOOT}-{chance.randrange(10**6)}", {**data, "place": f"cam-{camera}"}
    )


def _report(name: str, chance: random.Random) -> Event:
    horn, rms_db = f"loa-{chance.randrange(12)}", round(chance.gauss(-18, 2), 1)
    evidence = {"rms_db": rms_db, "amp_ma": chance.randrange(600, 4000), "played_ms": chance.randrange(4000, 60_000)}
    return Event(
        name,
        LANE_RESULT,
        "horn.reported",
        f"1-{chance.randrange(10**5)}/{horn}",
        {"outcome": "PLAYED", **evidence},
    )


def _reading(name: str, chance: random.Random) -> Event:
    level_m, at_ms = round(chance.gauss(3, 0.5), 3), BEGAN_MS + chance.randrange(10**7)
    data = {"quantity": "level", "value": level_m, "unit": "m", "at_ms": at_ms, "quality": "good"}
    return Event(name, LANE_TELEMETRY, "reading.taken", chance.choice(STATIONS), data)


_KINDS: tuple[Callable[[str, random.Random], Event], ...] = (_incident, _incident, _report, _report, _reading)
"""Of ten events two are incidents, two reports of horns, the others readings of gauges."""
