"""A province with something to see: ten communes, one in a flood, one silent, one with troubles, some never heard."""

from collections.abc import Sequence
from typing import Any

from edge.core.moment import AtMs
from edge.hub.batch import Checked
from edge.hub.database import Database
from edge.hub.projection.following import Projector
from edge.hub.record import Incoming, take
from edge.hub.stations import book
from edge.hub.stations.given import GivenRelease, Reading
from edge.kernel.wire.event import CloudEvent
from tests.hub.pages.events import reading, told

MINUTE_MS = 60_000
COMMUNES = """
[province]
name = "tỉnh Sông Giang (mô phỏng)"
cap_sender = "pctt@tinh.mo-phong"

""" + "\n".join(
    f'[[commune]]\nid = "{slug}"\nname = "{name}"\nlat = {lat}\nlon = {lon}\n'
    for slug, name, lat, lon in (
        ("binh-minh", "xã Bình Minh", 20.95, 105.90),
        ("tay-ho", "xã Tây Hồ", 20.99, 105.78),
        ("an-phu", "xã An Phú", 20.87, 105.86),
        ("dong-tien", "phường Đông Tiến", 20.91, 106.02),
        ("cam-giang", "xã Cẩm Giang", 21.03, 105.98),
        ("hoa-binh-thuong", "xã Hòa Bình Thượng", 21.05, 105.86),
        ("ven-song", "xã Ven Sông", 20.84, 105.98),
        ("bai-ngang", "xã Bãi Ngang", 20.80, 106.08),
    )
)


def status(**more: Any) -> dict[str, Any]:
    """What a healthy box says of itself."""
    data: dict[str, Any] = {
        "version": "0.5.0",
        "clock": "synced",
        "up_s": 432_000,
        "restarts": 2,
        "down": [],
        "waiting": 0,
        "oldest_ms": None,
        "lanes": [[0, None], [0, None], [0, None], [0, None]],
        "dead": 0,
        "disk": {"level": "green", "free_bytes": 61_000_000_000, "why": ""},
        "sign_of_life_s": 30,
        "horns": {"all": 4, "reachable": 4, "silent": []},
        "cameras": {"all": 4, "online": 4, "silent": []},
        "gauges": [{"id": "cau-doai", "name": "Cầu Đoài", "bao_dong_m": [1.2, 2.2, 2.7]}],
    }
    return data | more


def river(number: int, now_ms: int, top_m: float, source: str) -> list[CloudEvent]:
    """Thirty hours of a level that ends at ``top_m``."""
    rows = []
    for step in range(180):
        at_ms = now_ms - (179 - step) * 10 * MINUTE_MS
        value = 0.6 + (top_m - 0.6) * max(0.0, (step - 60) / 119) ** 2 + 0.03 * (step % 7 == 0)
        rows.append(_moved(reading(number + step, "cau-doai", round(value, 2), at_ms), source))
    return rows


def _moved(event: CloudEvent, source: str) -> CloudEvent:
    return CloudEvent(**{name: getattr(event, name) for name in event.__struct_fields__} | {"source": source})


def _opened(number: int, at_ms: int, source: str, title: str, severity: str, **more: Any) -> CloudEvent:
    data = {"kind": "flood_level", "severity": severity, "title": title, "began_at_ms": at_ms} | more
    return told(number, "incident.opened", f"1-{number}", data, source=source, lane=0, at_ms=at_ms)


async def send(database: Database, commune: str, events: Sequence[CloudEvent], heard_ms: int) -> None:
    """As if a box had sent them, heard then."""
    source = f"/xa/{commune}/box/1"
    for start in range(0, max(len(events), 1), 200):
        batch = Checked(tuple(_moved(one, source) for one in events[start : start + 200]), ())
        await take(database, [Incoming(source, batch)], AtMs(heard_ms))


async def play(database: Database, now_ms: int) -> None:
    """The whole scenery, folded."""
    lost = now_ms - 95 * MINUTE_MS
    await send(database, "binh-minh", _in_flood(now_ms, "/xa/binh-minh/box/1"), now_ms - 8_000)
    await send(database, "tay-ho", _cut_off(lost, "/xa/tay-ho/box/1"), lost)
    await send(database, "an-phu", _ill(now_ms, "/xa/an-phu/box/1"), now_ms - 12_000)
    calm = [*river(1, now_ms, 0.62, "/xa/dong-tien/box/1"), told(200, "box.status", "box", status())]
    await send(database, "dong-tien", calm, now_ms - 3_000)
    await send(database, "cam-giang", [], now_ms - 20_000)
    await _stations(database, now_ms)
    projector = Projector(database)
    while await projector.step():
        pass


def _in_flood(now_ms: int, source: str) -> list[CloudEvent]:
    return [*_alarms(now_ms, source), *_own_news(now_ms)]


def _alarms(now_ms: int, source: str) -> list[CloudEvent]:
    began_ms = now_ms - 40 * MINUTE_MS
    return [
        *river(1, now_ms, 2.41, source),
        *_flood_alarm(now_ms, began_ms, source),
        *_false_alarm(now_ms, source),
        *_announcement(began_ms),
    ]


def _flood_alarm(now_ms: int, began_ms: int, source: str) -> list[CloudEvent]:
    title = "Nước tại Cầu Đoài vượt báo động 2: 2,23 m"
    worse = {"title": "Nước tại Cầu Đoài 2,41 m, còn 29 cm tới báo động 3", "severity": "severe"}
    chairman = {"incident": "1-200", "person": "chu-tich"}
    return [
        _opened(200, began_ms, source, title, "severe", place="Cầu Đoài", hamlet="thôn Đoài"),
        told(201, "alert.sent", "a-1", chairman, at_ms=began_ms + 4_000),
        told(202, "alert.taken", "a-1", chairman, at_ms=began_ms + 64_000),
        told(203, "incident.taken", "1-200", {"role": "leader"}, at_ms=began_ms + 70_000),
        told(204, "incident.updated", "1-200", worse, lane=0, at_ms=now_ms - 5 * MINUTE_MS),
    ]


def _false_alarm(now_ms: int, source: str) -> list[CloudEvent]:
    title, place = "Có người lạ trong sân kho", {"place": "sân kho", "hamlet": "thôn Đông"}
    ended = {"ended_at_ms": now_ms - 7 * 3_600_000, "by_hand": True}
    return [
        _opened(205, now_ms - 8 * 3_600_000, source, title, "minor", kind="intrusion", **place),
        told(206, "incident.closed", "1-205", ended, lane=0),
        told(207, "incident.judged", "1-205", {"verdict": "false_alarm", "role": "duty"}),
    ]


def _announcement(began_ms: int) -> list[CloudEvent]:
    played, unknown = {"outcome": "PLAYED", "played_ms": 31_000}, {"outcome": "UNKNOWN", "reason": "không trả lời"}
    return [
        told(208, "bulletin.aired", "b-1", {}, at_ms=began_ms + 90_000),
        told(209, "horn.reported", "1-1/loa-dong", played, at_ms=began_ms + 95_000),
        told(210, "horn.reported", "1-1/loa-doai", unknown, at_ms=began_ms + 95_000),
    ]


def _own_news(now_ms: int) -> list[CloudEvent]:
    return [
        told(
            211,
            "report.made",
            "r-1",
            {
                "title": "Báo cáo ngày 27/11",
                "files": {
                    "pdf": {"sha256": "ab" * 32, "bytes": 182_000},
                    "xlsx": {"sha256": "cd" * 32, "bytes": 21_400},
                },
            },
        ),
        told(212, "report.signed", "r-1", {}),
        told(
            213,
            "box.status",
            "box",
            status(horns={"all": 4, "reachable": 3, "silent": ["loa-doai"]}),
            at_ms=now_ms - MINUTE_MS,
        ),
        told(
            214,
            "outbox.dropped",
            "lane/2",
            {
                "lane": 2,
                "reason": "compacted",
                "count": 1_284,
                "since_ms": now_ms - 9 * 3_600_000,
                "until_ms": now_ms - 6 * 3_600_000,
            },
            lane=2,
        ),
        told(215, "recording.deleted", "e-7", {"deleted_at_ms": now_ms}),
    ]


def _cut_off(lost: int, source: str) -> list[CloudEvent]:
    return [
        *river(1, lost, 1.31, source),
        _opened(200, lost - MINUTE_MS, source, "Mưa 62 mm trong 3 giờ", "moderate", place="trạm mưa", hamlet=""),
        told(
            201,
            "box.status",
            "box",
            status(
                waiting=412,
                oldest_ms=lost - 50 * MINUTE_MS,
                lanes=[[1, lost], [11, lost], [400, lost - 50 * MINUTE_MS], [0, None]],
            ),
            at_ms=lost,
        ),
    ]


def _ill(now_ms: int, source: str) -> list[CloudEvent]:
    why = "Kho dữ liệu đã dùng 84 % của 2,0 GB. Hộp bỏ bớt tin tỉnh đã nhận và số đo cũ."
    return [
        *river(1, now_ms, 0.8, source),
        told(
            200,
            "box.status",
            "box",
            status(
                dead=3,
                clock="floor",
                disk={"level": "yellow", "free_bytes": 900_000_000, "why": why},
                down=["modem-1"],
            ),
            at_ms=now_ms,
        ),
        _opened(201, now_ms - MINUTE_MS, source, "Diễn tập: nước vượt báo động 1", "moderate", drill=True),
    ]


async def _stations(database: Database, now_ms: int) -> None:
    values = [
        Reading("thuong-nguon", "level", 6.42, "m", now_ms - 5 * MINUTE_MS, "Thượng nguồn"),
        Reading("thuong-nguon", "rain", 12.5, "mm", now_ms - 5 * MINUTE_MS, "Thượng nguồn"),
        Reading("cong-bien", "salinity", 3.1, "g/l", now_ms - 90 * MINUTE_MS, "Cống Biển"),
    ]
    await book.keep_readings(database, values, "province-stations", now_ms)
    given = GivenRelease(reservoir="Hồ Thượng", flow_m3s=400, begins="2026-01-01T00:00", level_m=46.72, inflow_m3s=610)
    await book.announce(database, given, now_ms + 4 * 3_600_000, "province-stations", now_ms)
