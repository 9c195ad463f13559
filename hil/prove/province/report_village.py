"""A month of a commune as rows of a box's store: a flood, incidents, airings, devices that fail. For reports."""

import datetime as dt
import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.config.schema import Broker, Commune, Config, Gauge, Hamlet, Horn, Hub, Media, Person, Report, Signature, Web
from edge.config.schema.report import Tier
from edge.core.local_time import VIETNAM
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.store.journal import Journal, Tx

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
SOURCE, BOX = "/xa/kien-giang/box/1", "box-kien-giang-1"
HAMLETS = {"dong": "Thôn Đông", "tay": "Thôn Tây", "ben": "Thôn Bến Đò", "doi": "Thôn Đồi Sim", "cho": "Thôn Chợ Mới"}
HORNS = {f"loa-{hamlet}-{n}": (f"Loa {name[5:]} {n}", hamlet) for hamlet, name in HAMLETS.items() for n in (1, 2)}
DUTIES = {
    "an": "Chủ tịch UBND xã",
    "binh": "Trưởng công an xã",
    "chi": "Trưởng thôn Bến Đò",
    "dung": "Trực ban xã",
    "giang": "Trưởng thôn Đồi Sim",
}
GAUGES = (
    Gauge(id="kien-giang", name="sông Kiến Giang", bao_dong_m=(6.0, 9.0, 13.0), period_s=600.0),
    Gauge(id="cau-doai", name="Cầu Đoài", bao_dong_m=(1.2, 2.2, 2.7), period_s=600.0),
    Gauge(id="mua-xa", name="trạm mưa UBND xã", period_s=3600.0),
)
NOTICES = (
    "Mời bà con thôn Đông 7h30 sáng mai đến nhà văn hoá thôn họp bàn việc làm đường. Mỗi hộ cử một người.",
    "Điện lực thông báo cắt điện từ 8h đến 11h tại các thôn Đông, Tây và Chợ Mới để sửa đường dây.",
    "Lịch tiêm phòng cho đàn trâu bò: buổi sáng tại thôn Đông, buổi chiều tại thôn Tây.",
    '=HYPERLINK("http://x.example";"Lịch cấp nước")',
    "Nước sông đang lên nhanh. Bà con thôn Bến Đò không qua ngầm, đưa trâu bò và tài sản lên chỗ cao.",
)
TROUBLES = ("offline", "offline", "covered", "frozen")
INCIDENTS = (
    ("intrusion", "moderate", "dong", "Có người ở cổng UBND xã", "enter"),
    ("intrusion", "minor", "cho", "Có xe tải đỗ quá 10 phút trước chợ", "parked"),
    ("horn", "moderate", "doi", "Loa Đồi Sim 2 không kêu khi thử", ""),
    ("report", "severe", "ben", "Thôn Bến Đò báo: ngập đường", ""),
)


@dataclass
class SetClock:
    """A clock that stands where it was put."""

    at_ms: int
    state: ClockState = ClockState.SYNCED
    steady_s: float = 0.0

    def now(self) -> Moment:
        """This instant."""
        return Moment(AtMs(self.at_ms), Steady(self.steady_s), self.state)

    def steady(self) -> Steady:
        """On the other clock."""
        return Steady(self.steady_s)


def village(folder: Path, hub: Hub | None = None) -> Config:
    """The settings of this commune, whose data lies in ``folder``."""
    return Config(
        commune=Commune(id="kien-giang", name="Xã Kiến Giang", data=str(folder)),
        web=Web(wall_token="0123456789abcdef"),
        broker=Broker(ca="-", cert="-", key="-"),
        media=Media(url="https://box.example", ca="-", cert="-", key="-"),
        hub=hub,
        hamlet=tuple(Hamlet(id=hamlet, name=name) for hamlet, name in HAMLETS.items()),
        horn=tuple(Horn(id=horn, name=name, hamlet=hamlet) for horn, (name, hamlet) in HORNS.items()),
        gauge=GAUGES,
        person=tuple(
            Person(id=who, name=f"Người {at}", phone=f"090000000{at}", duty=duty)
            for at, (who, duty) in enumerate(DUTIES.items())
        ),
        report=Report(
            to=("tinh",),
            above="UBND tỉnh Quảng Trị",
            authority="UBND xã Kiến Giang",
            place="Kiến Giang",
            tier=(Tier(id="tinh", name="UBND tỉnh Quảng Trị"),),
            signature=(
                Signature(title="NGƯỜI LẬP"),
                Signature(title="CHỦ TỊCH", name="Nguyễn Văn Mẫu", how="(ký, đóng dấu)"),
            ),
        ),
    )


def local_ms(year: int, month: int, day: int, hour: int = 0) -> int:
    """An instant of the local calendar."""
    return round(dt.datetime(year, month, day, hour, tzinfo=VIETNAM).timestamp() * 1000)


async def fill(database: Path, since_ms: int, days: int, seed: int = 6) -> None:
    """Every day of it. The flood comes on the days 10 to 13; the box is off for three hours on day 5."""
    clock = SetClock(since_ms)
    journal = await Journal.open(database, clock)
    chance = random.Random(seed)
    try:
        for day in range(days):
            clock.at_ms = since_ms + day * DAY_MS
            await journal.record(lambda tx, day=day: _day(tx, day, chance))  # type: ignore[misc]  # bound now
    finally:
        journal.close()


def _day(tx: Tx, day: int, chance: random.Random) -> None:
    begins_ms = int(tx.now.at_ms)
    _devices(tx, begins_ms, day, chance)
    _water(tx, begins_ms, day, chance)
    for number in range(3):
        _airing(tx, begins_ms + (5, 11, 17)[number] * HOUR_MS + chance.randrange(HOUR_MS), f"{day}-{number}", chance)
    if day % 7 == 2:
        for horn in HORNS:
            _test(tx, begins_ms + 9 * HOUR_MS, f"t-{day}-{horn}", horn, chance)
    for number in range(chance.randrange(1, 5)):
        _incident(tx, begins_ms + chance.randrange(DAY_MS), f"i-{day}-{number}", chance.choice(INCIDENTS), chance)
    if day % 6 == 4:
        _dark(tx, begins_ms + chance.randrange(20 * HOUR_MS), f"c-{day}", chance)


def _devices(tx: Tx, begins_ms: int, day: int, chance: random.Random) -> None:
    """Figures every hour, a break of the uplink every third day, three hours without power once."""
    rows: list[tuple[object, ...]] = []
    if day == 0:
        rows += [(subject, begins_ms, "online", None, None) for subject in ("box", "uplink", "modem/sim-1")]
    if day % 3 == 1:
        at_ms = begins_ms + chance.randrange(20 * HOUR_MS)
        rows += [("uplink", at_ms, "offline", None, None)]
        rows += [("uplink", at_ms + chance.randrange(60_000, 2 * HOUR_MS), "online", None, None)]
    if day == 5:
        rows += [("box", begins_ms + 13 * HOUR_MS, "offline", None, None)]
        rows += [("box", begins_ms + 16 * HOUR_MS, "online", None, None)]
    for hour in range(24):
        at_ms = begins_ms + hour * HOUR_MS
        rows += [("disk", at_ms, "measured", 4e11 - (day * 24 + hour) * 1.5e8, 5e11)]
        rows += [("modem/sim-1/signal", at_ms, "measured", float(chance.randrange(-99, -70)), None)]
    for row in rows:
        tx.run("INSERT INTO device_state VALUES (?, ?, ?, ?, ?)", *row)
    for horn in HORNS if day == 0 else ():
        tx.run("INSERT INTO horn_presence VALUES (?, ?, 'online')", horn, begins_ms)


def _water(tx: Tx, begins_ms: int, day: int, chance: random.Random) -> None:
    """Every ten minutes; a gauge that is silent on day 8, readings that are no good now and then."""
    for step in range(144):
        at_ms = begins_ms + step * 600_000
        high = math.exp(-(((day + step / 144) - 11) ** 2) / 0.7)
        for station, low, range_m in (("kien-giang", 4.2, 8.4), ("cau-doai", 0.6, 1.9)):
            if station == "cau-doai" and day == 8 and 30 <= step < 90:
                continue
            value = round(low + range_m * high + chance.uniform(-0.02, 0.02), 2)
            wrong = chance.random() < 0.004
            _reading(tx, station, "level", at_ms, 0.0 if wrong else value, "m", "zero" if wrong else "good")
        if step % 6 == 0:
            mm = round(32 * math.exp(-(((day + step / 144) - 10.4) ** 2) / 0.2), 1) if 9 <= day <= 12 else 0.0
            _reading(tx, "mua-xa", "rain", at_ms + HOUR_MS - 1, mm, "mm", "good")


def _reading(tx: Tx, station: str, quantity: str, at_ms: int, value: float, unit: str, quality: str) -> None:
    tx.run(
        "INSERT INTO reading (station, quantity, value, unit, at_ms, quality, came_at_ms, source)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'gauge')",
        *(station, quantity, value, unit, at_ms, quality, at_ms),
    )


def _airing(tx: Tx, at_ms: int, name: str, chance: random.Random) -> None:
    text = chance.choices(NOTICES, (5, 4, 3, 1, 1))[0]
    hamlets = ["all"] if chance.random() < 0.3 else chance.sample(sorted(HAMLETS), 2)
    tx.run(
        "INSERT INTO bulletin (id, text, spoken, priority, hamlets, state, author, approver, made_at_ms,"
        " changed_at_ms) VALUES (?, ?, ?, 'thuong', ?, 'done', 'Lê Thị Lan', 'Trần Văn Minh', ?, ?)",
        *(f"b-{name}", text, text, json.dumps(hamlets), at_ms, at_ms),
    )
    horns = [horn for horn, (_, hamlet) in HORNS.items() if hamlets == ["all"] or hamlet in hamlets]
    _order(tx, at_ms, f"1-{name}", ("play", f"b-{name}", hamlets), horns, chance)


def _test(tx: Tx, at_ms: int, name: str, horn: str, chance: random.Random) -> None:
    _order(tx, at_ms, name, ("test", None, []), [horn], chance)


def _order(
    tx: Tx, at_ms: int, name: str, what: tuple[str, str | None, list[str]], horns: Sequence[str], chance: random.Random
) -> None:
    op, bulletin, hamlets = what
    tx.run(
        "INSERT INTO horn_order (id, op, bulletin, priority, hamlets, ms, exp_ms, made_at_ms, by_user, payload)"
        " VALUES (?, ?, ?, 1, ?, 20000, ?, ?, 'Lê Thị Lan', x'00')",
        *(name, op, bulletin, json.dumps(hamlets), at_ms + 60_000, at_ms),
    )
    for horn in horns:
        weak = horn == "loa-doi-2"
        outcome = chance.choices(("PLAYED", "SILENT", "UNKNOWN", "PARTIAL"), (60, 20, 15, 5) if weak else (97, 1, 1, 1))
        played_ms = chance.randrange(15_000, 40_000) if outcome[0] in ("PLAYED", "PARTIAL") else 0
        tx.run(
            "INSERT INTO horn_report (horn_order, horn, outcome, played_ms, at_ms) VALUES (?, ?, ?, ?, ?)",
            *(name, horn, outcome[0], played_ms, at_ms + 50_000),
        )


def _incident(tx: Tx, at_ms: int, name: str, what: tuple[str, str, str, str, str], chance: random.Random) -> None:
    kind, severity, hamlet, title, rule = what
    taken_ms = at_ms + round(chance.expovariate(1 / 200_000)) + 5_000 if chance.random() < 0.8 else None
    drill = chance.random() < 0.06
    tx.run(
        "INSERT INTO incident (id, kind, severity, subject, place, hamlet, title, began_at_ms, made_at_ms, ended_at_ms,"
        " state, taken_by, taken_at_ms, rule_kind, drill) VALUES (?, ?, ?, ?, '', ?, ?, ?, ?, ?, 'closed', ?, ?, ?, ?)",
        *(name, kind, severity, name, hamlet, title, at_ms, at_ms + 800, at_ms + chance.randrange(DAY_MS // 12)),
        *("Hoa" if taken_ms else None, taken_ms, rule or None, drill),
    )
    for place, person in enumerate(DUTIES) if severity != "minor" else ():
        lost = person in ("chi", "giang") and chance.random() < 0.2
        tx.run(
            "INSERT INTO alert (id, incident, person, phone, text, place_in_line, state, changed_at_ms, given_up_at_ms)"
            " VALUES (?, ?, ?, '0900000000', 'x', ?, ?, ?, ?)",
            *(f"{name}/{place}", name, person, place, "sent" if lost else "taken", at_ms, at_ms + 1 if lost else None),
        )


def _dark(tx: Tx, at_ms: int, name: str, chance: random.Random) -> None:
    trouble = chance.choice(TROUBLES)
    tx.run(
        "INSERT INTO incident (id, kind, severity, subject, place, hamlet, title, began_at_ms, made_at_ms, ended_at_ms,"
        " state, camera, rule_kind) VALUES (?, 'device', 'minor', ?, 'Camera cổng chợ', 'cho',"
        " 'Camera cổng chợ có lỗi', ?, ?, ?, 'closed', 'cong-cho', ?)",
        *(name, name, at_ms, at_ms, at_ms + chance.randrange(600_000, 3 * HOUR_MS), trouble),
    )
