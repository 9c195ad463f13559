"""The simulated commune's indicators, with a year of invented figures: none of them is of a real commune."""

import asyncio
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from edge.config.indicators import known_indicator
from edge.config.schema import Indicator
from edge.core.indicator.reading import day_of
from edge.core.indicator.values import Indicator as Known
from edge.core.indicator.values import Measured, Origin
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.kernel.clock import SystemClock
from edge.store.indicators import keep_value
from edge.store.journal import Journal, Tx
from hil.toml_text import Value

OFFICE = "Văn phòng HĐND và UBND xã"
STATE, ECONOMY, SOCIETY, NETWORK = "Chính quyền số", "Kinh tế số", "Xã hội số", "Hạ tầng"
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator of the file; its figure a year ago and now. ``late``: so many months are missing at the end."""

    table: Mapping[str, Value]
    first: float
    now: float
    late: int = 0


def _figure(first: float, now: float, late: int = 0, **table: Value) -> Figure:
    return Figure({"source": OFFICE, **table}, first, now, late)


FIGURES: tuple[Figure, ...] = (
    _figure(
        91.2, 100, id="van-ban-ky-so", name="Văn bản điện tử được ký số", group=STATE, unit="%", digits=1, target=100.0,
        range=[0.0, 100.0],
    ),
    _figure(
        93.5, 98.6, id="mot-cua-dung-han", name="Hồ sơ một cửa giải quyết đúng hạn", group=STATE, unit="%", digits=1,
        target=98.0, range=[0.0, 100.0],
    ),
    _figure(
        41.0, 63.4, id="dich-vu-cong", name="Hồ sơ nộp qua dịch vụ công trực tuyến", group=STATE, unit="%", digits=1,
        target=80.0, range=[0.0, 100.0],
    ),
    _figure(
        1104, 1632, id="khong-tien-mat", name="Hộ thanh toán không dùng tiền mặt", group=ECONOMY, unit="hộ",
        total=2115.0, target_pct=80.0,
    ),
    _figure(4, 7, id="ocop", name="Sản phẩm OCOP bán trên mạng", group=ECONOMY, unit="sản phẩm", target=8.0),
    _figure(
        18, 46, id="kham-tu-xa", name="Lượt khám, tư vấn bệnh từ xa trong tháng", group=SOCIETY, unit="lượt",
        target=40.0, source="Trạm y tế xã",
    ),
    _figure(
        2, 3, late=4, id="truong-hoc", name="Trường học dùng học bạ số", group=SOCIETY, unit="trường", total=4.0,
        target=4.0, source="Phòng Văn hoá - Xã hội",
    ),
    _figure(
        9, 11, id="wifi", name="Điểm Wi-Fi công cộng đang hoạt động", group=NETWORK, unit="điểm", total=12.0,
        target=12.0, source="Tổ công nghệ số cộng đồng",
    ),
)  # fmt: skip
RESIDENTS: Mapping[str, Value] = {
    "id": "phan-anh",
    "name": "Phản ánh của bà con đã trả lời (30 ngày)",
    "kind": "residents",
    "group": STATE,
    "unit": "phản ánh",
    "age_limit_h": 1.0,
    "source": "hộp Mõ Làng tự đếm",
}


def tables() -> Iterator[Mapping[str, Value]]:
    """The `[[indicator]]` tables of the settings."""
    yield from (one.table for one in FIGURES)
    yield RESIDENTS


def settings() -> tuple[Indicator, ...]:
    """The same, as the loader makes them."""
    return tuple(msgspec.convert(dict(table), Indicator) for table in tables())


def keep_history(tx: Tx, known: Mapping[str, Known], now_ms: int) -> None:
    """A value at the end of each month of the year behind us."""
    for figure in FIGURES:
        indicator = known[str(figure.table["id"])]
        for back in range(MONTHS, figure.late, -1):
            share = 1 - (back - 1) / (MONTHS - 1)
            value = round(figure.first + (figure.now - figure.first) * share**1.3, indicator.digits)
            at_ms = _month_end(now_ms, back)
            keep_value(tx, indicator, Measured(value, at_ms, at_ms, None, Origin.TYPED, "Văn phòng", ""))


def keep(database: Path) -> None:
    """Put the history into the box's database, before the box starts for the first time."""
    asyncio.run(_keep(database))


async def _keep(database: Path) -> None:
    known = {one.id: known_indicator(one) for one in settings()}
    clock = SystemClock()
    journal = await Journal.open(database, clock)
    try:
        await journal.record(lambda tx: keep_history(tx, known, clock.now().at_ms))
    finally:
        journal.close()


def _month_end(now_ms: int, back: int) -> int:
    """The end of the month that was ``back`` months ago."""
    today = local(AtMs(now_ms)).date()
    count = today.year * 12 + today.month - 1 - back
    return day_of(f"{dt.date(count // 12, count % 12 + 1, 1):%m/%Y}")
