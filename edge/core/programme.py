"""Planned programmes: what, when, where (R4, R6), and the airings that follow of them.

A programme is one or more parts, played one after the other from each of its times: one notice, or a morning block of a
relayed radio hour and then the commune's own notices. Every repeated programme has a last day. Storm mode is a
programme too: one bulletin every few minutes between two hours until a moment.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from edge.core.broadcast import Priority
from edge.core.local_time import VIETNAM
from edge.core.moment import AtMs
from edge.core.place import HamletId

GAP_MS = 2_000
"""Between two parts: a horn must have left the first before the second asks for it."""
MINUTE_MS, DAY_MS = 60_000, 86_400_000
DAY_MIN = 24 * 60
MOST_PARTS = 20
MOST_TIMES = 24
LONGEST_DAYS = 366
LONGEST_RELAY_MS = 2 * 3_600_000
SHORTEST_STORM_MIN, LONGEST_STORM_DAYS = 5, 14


class Source(StrEnum):
    """Where the sound of a part comes from."""

    NOTICE = "notice"
    RELAY = "relay"


class OnHolidays(StrEnum):
    """What a programme does on holidays."""

    USUAL = "usual"
    SKIP = "skip"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to play. ``ref``: a bulletin, or a radio of the config; ``standby``: what to say when a relay dies."""

    source: Source
    ref: str
    length_ms: int
    title: str = ""
    standby: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """Local days and times. ``days``: 0 is Monday. ``times``: minutes since midnight. ``until_ms``: nothing later."""

    days: frozenset[int]
    times: tuple[int, ...]
    first: dt.date
    last: dt.date
    holidays: OnHolidays = OnHolidays.USUAL
    except_on: frozenset[dt.date] = field(default_factory=frozenset)
    until_ms: AtMs | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """A plan of people. ``at_night``: a leader allowed it in quiet hours. ``every_min`` > 0: it is a storm's."""

    id: str
    title: str
    parts: tuple[Part, ...]
    when: When
    hamlets: tuple[HamletId, ...]
    priority: Priority
    gain_db: float = 0.0
    at_night: bool = False
    every_min: int = 0


@dataclass(frozen=True, slots=True)
class Airing:
    """One part at one time. ``key`` names it for ever: programme, local time, number of the part."""

    key: str
    programme: str
    part: int
    at_ms: AtMs
    ms: int
    hamlets: tuple[HamletId, ...]
    priority: Priority
    source: Source
    ref: str
    title: str
    gain_db: float = 0.0
    at_night: bool = False
    standby: str = ""

    @property
    def ends_ms(self) -> int:
        """When its last sample is due."""
        return self.at_ms + self.ms


Holidays = Mapping[dt.date, str]
"""Local days with the name of their feast."""


def expand(programmes: Iterable[Programme], holidays: Holidays, since_ms: int, until_ms: int) -> tuple[Airing, ...]:
    """Every airing that begins from ``since_ms`` on and before ``until_ms``, in order of time."""
    found = (one for programme in programmes for one in _airings(programme, holidays, since_ms, until_ms))
    return tuple(sorted(found, key=lambda one: (one.at_ms, -one.priority, one.key)))


def plays_on(when: When, day: dt.date, holidays: Holidays) -> bool:
    """Whether a programme plays on this local day at all."""
    if not when.first <= day <= when.last or day.weekday() not in when.days or day in when.except_on:
        return False
    return {OnHolidays.SKIP: day not in holidays, OnHolidays.ONLY: day in holidays}.get(when.holidays, True)


def midnight_ms(day: dt.date) -> AtMs:
    """When this local day begins, UTC."""
    return AtMs(round(dt.datetime(day.year, day.month, day.day, tzinfo=VIETNAM).timestamp() * 1000))


def local_day(at_ms: int) -> dt.date:
    """The local day of this instant."""
    return dt.datetime.fromtimestamp(at_ms / 1000, VIETNAM).date()


def length_ms(parts: Iterable[Part]) -> int:
    """From the first sample of a block to the last."""
    lengths = [part.length_ms for part in parts]
    return sum(lengths) + GAP_MS * max(0, len(lengths) - 1)


def storm_times(every_min: int, from_min: int, to_min: int) -> tuple[int, ...]:
    """The minutes of a day at which a storm's bulletin sounds: from the first hour to the last, that one included."""
    return tuple(range(from_min, to_min + 1, every_min))


def complaints(programme: Programme) -> tuple[str, ...]:
    """What is wrong with a plan by itself, as sentences; nothing when it may be kept."""
    return tuple(sentence for wrong, sentence in _checks(programme) if wrong)


def _checks(programme: Programme) -> Iterator[tuple[bool, str]]:
    when, parts = programme.when, programme.parts
    days = (when.last - when.first).days
    storm = programme.every_min > 0
    yield not 1 <= len(parts) <= MOST_PARTS, f"Chương trình phải có từ 1 đến {MOST_PARTS} mục."
    yield not programme.hamlets, "Chưa chọn thôn nào để phát."
    yield not when.times or not all(0 <= one < DAY_MIN for one in when.times), "Chưa có giờ phát."
    yield not storm and len(when.times) > MOST_TIMES, f"Một ngày phát nhiều nhất {MOST_TIMES} lần."
    yield not when.days or not when.days <= set(range(7)), "Chưa chọn ngày phát trong tuần."
    yield days < 0, "Ngày kết thúc phải sau ngày bắt đầu."
    yield days > LONGEST_DAYS, "Lịch lặp lại phải có ngày kết thúc trong vòng một năm."
    yield any(part.length_ms <= 0 for part in parts), "Có mục không có độ dài."
    long_relay = any(part.source is Source.RELAY and part.length_ms > LONGEST_RELAY_MS for part in parts)
    yield long_relay, "Mỗi lần tiếp sóng dài nhất 2 giờ."
    yield (
        not storm and programme.priority not in (Priority.THUONG, Priority.UU_TIEN),
        ("Lịch phát chỉ nhận tin thường và tin ưu tiên; tin khẩn cấp lặp lại thì dùng chế độ bão."),
    )
    yield not -40.0 <= programme.gain_db <= 0.0, "Âm lượng phải từ âm 40 đến 0 đê-xi-ben."
    yield _overlaps_itself(when.times, parts), "Hai giờ phát quá gần nhau: lần trước chưa hết đã đến lần sau."
    yield storm and when.until_ms is None, "Chế độ bão phải có giờ kết thúc."
    yield storm and days > LONGEST_STORM_DAYS, f"Chế độ bão kéo dài nhiều nhất {LONGEST_STORM_DAYS} ngày."
    yield storm and programme.every_min < SHORTEST_STORM_MIN, f"Nhắc lại sớm nhất sau {SHORTEST_STORM_MIN} phút."


def _overlaps_itself(times: tuple[int, ...], parts: tuple[Part, ...]) -> bool:
    order = sorted(times)
    needed_ms = length_ms(parts) + GAP_MS
    return any((later - one) * MINUTE_MS < needed_ms for one, later in zip(order, order[1:], strict=False))


def _airings(programme: Programme, holidays: Holidays, since_ms: int, until_ms: int) -> Iterator[Airing]:
    when = programme.when
    day = max(when.first, local_day(since_ms) - dt.timedelta(days=1))
    last = min(when.last, local_day(until_ms))
    while day <= last:
        if plays_on(when, day, holidays):
            for minute in when.times:
                yield from _block(programme, day, minute, since_ms, until_ms)
        day += dt.timedelta(days=1)


def _block(programme: Programme, day: dt.date, minute: int, since_ms: int, until_ms: int) -> Iterator[Airing]:
    at_ms = midnight_ms(day) + minute * MINUTE_MS
    ends = programme.when.until_ms
    if ends is not None:
        until_ms = min(until_ms, ends)
    for number, part in enumerate(programme.parts):
        if part.length_ms <= 0:  # it cannot be played now: the others close up
            continue
        if since_ms <= at_ms < until_ms:
            relay = part.source is Source.RELAY
            yield Airing(
                key=f"{programme.id}/{day:%Y%m%d}-{minute:04d}/{number}",
                programme=programme.id,
                part=number,
                at_ms=AtMs(at_ms),
                ms=part.length_ms,
                hamlets=programme.hamlets,
                priority=Priority.RELAY if relay else programme.priority,
                source=part.source,
                ref=part.ref,
                title=part.title or programme.title,
                gain_db=programme.gain_db,
                at_night=programme.at_night,
                standby=part.standby,
            )
        at_ms += part.length_ms + GAP_MS
