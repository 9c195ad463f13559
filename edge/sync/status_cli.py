"""``molang sync status``: what waits for the province, why, until when, and what the province has confirmed."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from edge.config import load
from edge.config.option import CONFIG
from edge.config.schema import Config, Way
from edge.control.client import call
from edge.control.protocol import Done, GetState
from edge.core.errors import MolangError
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.core.policy.shaping import open_lanes, saver_of
from edge.kernel.clock import SystemClock
from edge.store.outbox import backlog
from edge.store.reader import Reader
from edge.store.uplink import confirmed, last_contact, month_of, use_of, waiting_by_lane
from edge.sync.exits import ONLY_WAY
from edge.sync.status import MEGABYTE, REASON_WORDS, Reason
from edge.sync.stick_cli import ROLE, USER, control_of

_WORKS = {True: "dự phòng, thông", False: "không thông", None: "chưa thử"}
LANE_WORDS = ("báo động", "kết quả và nhật ký", "số đo và phát hiện", "hình")


@click.command()
@CONFIG
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def status(config_path: Path, as_json: bool) -> None:
    """Còn gì chờ gửi tỉnh, vì sao, bao giờ xong; tỉnh đã xác nhận đến đâu; tháng này tốn bao nhiêu dung lượng."""
    config = load(config_path)
    found = status_of(config, _live(config))
    click.echo(json.dumps(found, ensure_ascii=False, indent=1) if as_json else "\n".join(in_words(found)))


def status_of(config: Config, live: dict[str, Any] | None) -> dict[str, Any]:
    """Everything, from the store and from the running box's own word ``live`` (None: it does not run)."""
    with closing(Reader(Path(config.commune.data) / "molang.db")) as reader:
        reader.connection.row_factory = None
        stored = _stored(config, reader.connection)
    uplink = live or {"state": "off" if config.hub is None else "unknown", "detail": "", "eta_s": None, "ways": []}
    reason = _reason(config, live)
    held = _held_lanes(uplink["ways"])
    for lane in stored["lanes"]:
        lane["why"] = _why(lane, reason, held)
    return {
        "runs": live is not None,
        "state": uplink["state"],
        "detail": uplink["detail"],
        "reason": reason,
        "eta_s": uplink["eta_s"] if stored["waiting"] else 0,
        "way": next((way["name"] for way in uplink["ways"] if way["used"]), None),
        "ways": _ways(config, uplink["ways"], stored.pop("month_bytes")),
        **stored,
    }


def _stored(config: Config, connection: sqlite3.Connection) -> dict[str, Any]:
    waiting, has = waiting_by_lane(connection), {row.lane: row for row in confirmed(connection)}
    month = month_of(SystemClock().now().at_ms)
    return {
        "waiting": sum(count for count, _ in waiting.values()),
        "lanes": [
            {
                "lane": lane,
                "waiting": waiting.get(lane, (0, None))[0],
                "oldest_ms": waiting.get(lane, (0, None))[1],
                "confirmed": _confirmed(has.get(lane)),
            }
            for lane in range(len(LANE_WORDS))
        ],
        "dead": backlog(connection).dead,
        "last_contact_ms": last_contact(connection),
        "month": month,
        "month_bytes": {name: use.all for name, use in use_of(connection, month).items()},
    }


def _confirmed(row: Any) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"event": row.event, "seq": row.seq, "at_ms": row.at_ms, "events": row.events}


def _reason(config: Config, live: dict[str, Any] | None) -> str:
    if config.hub is None:
        return Reason.NO_HUB
    return str(live["reason"]) if live else "unknown"


def _held_lanes(ways: list[dict[str, Any]]) -> frozenset[int]:
    """The lanes that the budget of the used way holds back, whatever else is the matter."""
    for way in ways:
        if way["used"]:
            return frozenset(range(len(LANE_WORDS))) - open_lanes(saver_of(way["month_bytes"], way["budget_bytes"]))
    return frozenset()


def _why(lane: dict[str, Any], reason: str, held: frozenset[int]) -> str:
    if not lane["waiting"]:
        return Reason.NOTHING
    if lane["lane"] in held:
        return Reason.BUDGET
    return Reason.SENDING if reason in (Reason.NOTHING, Reason.BUDGET) else reason


def _ways(config: Config, live: list[dict[str, Any]], kept: dict[str, int]) -> list[dict[str, Any]]:
    """As the box says; without it what its settings and its store say."""
    if live or config.hub is None:
        return live
    return [_way(way, kept.get(way.name, 0)) for way in config.way or (ONLY_WAY,)]


def _way(way: Way, used: int) -> dict[str, Any]:
    budget = way.budget_mb * MEGABYTE
    told = {"name": way.name, "used": False, "works": None, "metered": way.metered}
    return {**told, "month_bytes": used, "budget_bytes": budget, "saver": saver_of(used, budget)}


def _live(config: Config) -> dict[str, Any] | None:
    """The running box's own word; None when it does not answer."""
    try:
        answer = call(control_of(config), GetState(user=USER, role=ROLE))
    except MolangError:
        return None
    return dict(answer.value["uplink"]) if isinstance(answer, Done) else None


def in_words(found: dict[str, Any]) -> list[str]:
    """The same for people."""
    lines = [_first_line(found)]
    if found["detail"]:
        lines.append(found["detail"])
    lines += [_lane_line(lane) for lane in found["lanes"]]
    lines.append(f"Thư chết: {found['dead']}" + (" (xem: molang sync dead)." if found["dead"] else "."))
    contact = found["last_contact_ms"]
    lines.append(f"Tỉnh trả lời lần cuối: {_when(contact)}." if contact else "Tỉnh chưa trả lời lần nào.")
    return lines + [_way_line(way, found["month"]) for way in found["ways"]]


def _first_line(found: dict[str, Any]) -> str:
    if not found["runs"]:
        return f"Hộp không chạy: {found['waiting']} tin chờ gửi, chưa biết bao giờ xong."
    if not found["waiting"]:
        return "Đã gửi hết." if found["state"] == "up" else REASON_WORDS[Reason(found["reason"])].capitalize() + "."
    done = "chưa biết bao giờ xong" if found["eta_s"] is None else f"xong sau khoảng {_length(found['eta_s'])}"
    return f"{found['waiting']} tin chờ gửi ({REASON_WORDS[Reason(found['reason'])]}), {done}."


def _lane_line(lane: dict[str, Any]) -> str:
    has = lane["confirmed"]
    sure = f"tỉnh xác nhận {has['events']}, cuối là {has['event']} lúc {_when(has['at_ms'])}" if has else "chưa có gì"
    waits = f"{lane['waiting']} chờ"
    if lane["waiting"] and lane["why"] in REASON_WORDS:
        waits += f" từ {_when(lane['oldest_ms'])}: {REASON_WORDS[Reason(lane['why'])]}"
    return f"  làn {lane['lane']} {LANE_WORDS[lane['lane']]:<20} {waits}; {sure}"


def _way_line(way: dict[str, Any], month: str) -> str:
    mark = "đang dùng" if way["used"] else _WORKS[way["works"]]
    budget = f" / {way['budget_bytes'] / MEGABYTE:.0f} MB" if way["budget_bytes"] else ""
    return f"  đường {way['name']}: {mark}; tháng {month} dùng {way['month_bytes'] / MEGABYTE:.1f} MB{budget}"


def _length(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} giây"
    return f"{round(seconds / 60)} phút" if seconds < 5_400 else f"{seconds / 3_600:.1f} giờ".replace(".", ",")


def _when(at_ms: int) -> str:
    return f"{local(AtMs(at_ms)):%H:%M:%S ngày %d/%m}"
