"""What a box said of itself last (``box.status``, docs/ref/events.md), read with care. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from edge.hub.projection.told import clean, number_of

LANES = 4
MOST_GAUGES, MOST_NAMES = 60, 40
USUAL_SIGN_S = 30.0
LONGEST_SIGN_S = 3_600.0


@dataclass(frozen=True, slots=True)
class Gauge:
    """A river gauge: its name, and its three levels of báo động in metres (empty: it has none)."""

    id: str
    name: str
    bao_dong_m: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many of how many work, and which do not."""

    working: int
    all: int
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoxStatus:
    """How a box was at ``at_ms`` by its own clock. What it did not say is None, empty or 0."""

    at_ms: int
    waiting: int = 0
    oldest_ms: int | None = None
    lanes: tuple[tuple[int, int | None], ...] = ()
    dead: int = 0
    room: str = ""
    room_why: str = ""
    free_bytes: int | None = None
    version: str = ""
    clock: str = ""
    up_s: int | None = None
    restarts: int = 0
    down: tuple[str, ...] = ()
    sign_of_life_s: float = USUAL_SIGN_S
    horns: Count | None = None
    cameras: Count | None = None
    gauges: tuple[Gauge, ...] = ()


def status_of(data: Mapping[str, Any], at_ms: int) -> BoxStatus:
    """The data of a ``box.status``; fields of another kind than expected count as not said."""
    disk = _table(data.get("disk"))
    return BoxStatus(
        at_ms=at_ms,
        waiting=_whole(data.get("waiting")) or 0,
        oldest_ms=_whole(data.get("oldest_ms")),
        lanes=tuple(_lane(one) for one in _list(data.get("lanes"))[:LANES]),
        dead=_whole(data.get("dead")) or 0,
        room=_text(disk.get("level"), 20),
        room_why=_text(disk.get("why"), 200),
        free_bytes=_whole(disk.get("free_bytes")),
        version=_text(data.get("version"), 40),
        clock=_text(data.get("clock"), 10),
        up_s=_whole(data.get("up_s")),
        restarts=_whole(data.get("restarts")) or 0,
        down=_names(data.get("down")),
        sign_of_life_s=min(max(number_of(data.get("sign_of_life_s")) or USUAL_SIGN_S, 1.0), LONGEST_SIGN_S),
        horns=_count(data.get("horns"), "reachable"),
        cameras=_count(data.get("cameras"), "online"),
        gauges=tuple(_gauges(data.get("gauges"))),
    )


def _lane(value: object) -> tuple[int, int | None]:
    pair = _list(value)
    if len(pair) != 2:
        return 0, None
    return _whole(pair[0]) or 0, _whole(pair[1])


def _gauges(value: object) -> Sequence[Gauge]:
    found = []
    for one in map(_table, _list(value)[:MOST_GAUGES]):
        levels = [number_of(level) for level in _list(one.get("bao_dong_m"))[:3]]
        known = tuple(level for level in levels if level is not None)
        name = _text(one.get("id"), 80)
        if name:
            rising = len(known) == 3 and list(known) == sorted(known)
            found.append(Gauge(name, _text(one.get("name"), 80) or name, known if rising else ()))
    return found


def _count(value: object, working: str) -> Count | None:
    table = _table(value)
    number, total = _whole(table.get(working)), _whole(table.get("all"))
    return None if number is None or total is None else Count(number, total, _names(table.get("silent")))


def _names(value: object) -> tuple[str, ...]:
    return tuple(filter(None, (_text(one, 80) for one in _list(value)[:MOST_NAMES])))


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def _text(value: object, longest: int) -> str:
    return clean(value, longest) if isinstance(value, str) else ""


def _whole(value: object) -> int | None:
    """A count or a time; nothing for what is none."""
    number = number_of(value)
    return int(number) if number is not None and number >= 0 else None
