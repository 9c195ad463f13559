"""What somebody publishes, read and checked: readings as JSON or CSV, announcements of reservoirs. Pure, bounded."""

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta

from edge.core.errors import FinalError
from edge.core.local_time import instant

MOST_BYTES = 1024 * 1024
MOST_ROWS = 5_000
AHEAD_MS = 600_000
"""A station whose clock runs further ahead is wrong: its reading is refused."""
BEHIND_MS = 30 * 86_400_000
RELEASE_AHEAD_MS = 10 * 86_400_000
CSV_HEAD = ("time", "station", "quantity", "value", "unit")
StationId = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=40)]
Name = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*\Z")]
Note = Annotated[str, Meta(max_length=400, pattern=r"^[^\x00-\x1f\x7f]*\Z")]
Quantity = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*\Z", max_length=40)]
Unit = Annotated[str, Meta(min_length=1, max_length=20, pattern=r"^[^\x00-\x1f\x7f]*\Z")]
Value = Annotated[float, Meta(ge=-1e6, le=1e9)]
Time = Annotated[str, Meta(min_length=10, max_length=40)]
Flow = Annotated[float, Meta(ge=0, le=100_000)]


class GivenReading(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One value of a station. ``time`` is ISO 8601; without a zone it is Vietnam's. ``name`` may come along."""

    station: StationId
    quantity: Quantity
    value: Value
    unit: Unit
    time: Time
    name: Name | None = None


class GivenRelease(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reservoir will let go ``flow_m3s`` from ``begins`` on; what was announced of it before is replaced."""

    reservoir: Name
    flow_m3s: Flow
    begins: Time
    level_m: Annotated[float, Meta(ge=0, le=4_000)] | None = None
    inflow_m3s: Flow | None = None
    outflow_m3s: Flow | None = None
    note: Note = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A checked reading; ``name`` None: the station's name stays."""

    station: str
    quantity: str
    value: float
    unit: str
    at_ms: int
    name: str | None


_readings = msgspec.json.Decoder(Annotated[list[GivenReading], Meta(max_length=MOST_ROWS)])
_release = msgspec.json.Decoder(GivenRelease)


def read_json(body: bytes, now_ms: int) -> list[Reading]:
    """A JSON list of readings; raises FinalError saying which one is wrong, then none of them counts."""
    try:
        given = _readings.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise FinalError(f"Số đo không đúng mẫu: {cause}.") from cause
    return _checked(given, now_ms)


def read_csv(body: bytes, now_ms: int) -> list[Reading]:
    """A CSV with the columns time, station, quantity, value, unit, and perhaps name; raises FinalError."""
    try:
        rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
        missing = set(CSV_HEAD) - set(rows.fieldnames or ())
        if missing:
            raise FinalError(f"CSV thiếu cột {', '.join(sorted(missing))}.")
        return _checked([_from_row(row, number) for number, row in enumerate(_at_most(rows), 2)], now_ms)
    except (csv.Error, UnicodeDecodeError) as cause:
        raise FinalError(f"CSV không đọc được: {cause}.") from cause


def _at_most(rows: Iterable[dict[str, str]]) -> Iterable[dict[str, str]]:
    for number, row in enumerate(rows):
        if number == MOST_ROWS:
            raise FinalError(f"Một lần tối đa {MOST_ROWS} số đo.")
        yield row


def _from_row(row: dict[str, str], number: int) -> GivenReading:
    try:
        value = float(row["value"])
        wanted = {name: row[name] for name in ("time", "station", "quantity", "unit")}
        named = {"name": row["name"]} if row.get("name") else {}
        return msgspec.convert({**wanted, **named, "value": value}, GivenReading)
    except (ValueError, TypeError, msgspec.ValidationError) as cause:
        raise FinalError(f"Dòng {number} của CSV: {cause}.") from cause


def _checked(given: Sequence[GivenReading], now_ms: int) -> list[Reading]:
    readings: list[Reading] = []
    for number, one in enumerate(given, 1):
        at_ms = _instant(one.time, f"Số đo thứ {number}")
        if not math.isfinite(one.value):
            raise FinalError(f"Số đo thứ {number} không phải một số.")
        if not now_ms - BEHIND_MS <= at_ms <= now_ms + AHEAD_MS:
            raise FinalError(f"Số đo thứ {number}: {one.time} không nằm trong 30 ngày qua.")
        readings.append(Reading(one.station, one.quantity, one.value, one.unit, at_ms, one.name))
    return readings


def read_release(body: bytes, now_ms: int) -> tuple[GivenRelease, int]:
    """An announcement and when it begins (UTC ms); raises FinalError."""
    try:
        given = _release.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise FinalError(f"Tin xả lũ không đúng mẫu: {cause}.") from cause
    return given, begin_of(given, now_ms)


def checked_release(given: GivenRelease, now_ms: int) -> tuple[GivenRelease, int]:
    """The same for one that was typed: its fields are bounded too."""
    try:
        given = msgspec.convert(msgspec.to_builtins(given), GivenRelease)
    except msgspec.ValidationError as cause:
        raise FinalError(f"Tin xả lũ không đúng mẫu: {cause}.") from cause
    return given, begin_of(given, now_ms)


def begin_of(given: GivenRelease, now_ms: int) -> int:
    """When a release begins; raises FinalError for a time that is no time of a plan."""
    begins_ms = _instant(given.begins, "Giờ xả")
    if not now_ms - 86_400_000 <= begins_ms <= now_ms + RELEASE_AHEAD_MS:
        raise FinalError(f"Giờ xả {given.begins} phải trong vòng 10 ngày tới.")
    return begins_ms


def _instant(text: str, what: str) -> int:
    try:
        return int(instant(text))
    except (ValueError, OverflowError) as cause:
        raise FinalError(f"{what}: {text[:40]!r} không phải một thời điểm.") from cause
