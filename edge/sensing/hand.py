"""Readings that a person takes at a staff: checked like any other, asked about when they leap, audited."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from edge.control.protocol import GiveReading
from edge.core.errors import FinalError
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.core.policy.flood.limits import HOUR_MS, MINUTE_MS
from edge.core.policy.flood.quality import Fact
from edge.core.sensing import LEVEL, Quality, Source
from edge.sensing.desk import ReadingDesk
from edge.store.journal import Journal, Tx
from edge.store.readings import HandNote, hand_given

UNITS = {LEVEL: "m", "rain": "mm", "salinity": "g/l", "water_temp": "°C", "wind": "m/s"}
"""What a person can measure, and in what."""
OLDEST_MS = 24 * HOUR_MS
AHEAD_MS = 5 * MINUTE_MS
TakePhoto = Callable[[str, str], Awaitable[None]]
"""Takes the picture ``id`` out of the photo spool as that of ``reading/<press>``. Raises FinalError when it is none."""


class HandReadings:
    """What people type in."""

    def __init__(self, desk: ReadingDesk, journal: Journal, take_photo: TakePhoto | None = None) -> None:
        self._desk = desk
        self._journal = journal
        self._take_photo = take_photo

    async def give(self, request: GiveReading) -> dict[str, Any]:
        """Keep it and act on it; raises FinalError with a sentence for what cannot be."""
        unit = self._checked(request)
        if await self._journal.record(partial(hand_given, press=request.id)):
            return {"quality": Quality.GOOD}
        if request.photo is not None:
            await self._photo(request.photo, request.id)
        fact = Fact(request.value, request.at_ms, Source.HAND, request.sure)
        note = HandNote(request.id, request.note, request.photo)
        quality = await self._desk.give(
            request.station, request.quantity, unit, fact, request.user, note, partial(_audit, request=request)
        )
        if quality is Quality.JUMP:
            return {"ask": self._question(request)}
        if quality in (Quality.OUT_OF_RANGE, Quality.CLOCK):
            raise FinalError(f"Số đo này không thể có ở trạm {self._name(request)}: hãy xem lại số và giờ.")
        return {"quality": quality}

    def _checked(self, request: GiveReading) -> str:
        if request.station not in self._desk.spots:
            raise FinalError("Không có trạm đo này.")
        unit = UNITS.get(request.quantity)
        if unit is None:
            raise FinalError("Đại lượng này không nhập tay được.")
        now_ms = self._journal.clock.now().at_ms
        if request.at_ms is not None and not now_ms - OLDEST_MS <= request.at_ms <= now_ms + AHEAD_MS:
            raise FinalError("Giờ đo phải trong 24 giờ vừa qua và không ở tương lai.")
        return unit

    async def _photo(self, photo: str, press: str) -> None:
        if self._take_photo is None:
            raise FinalError("Hộp này chưa nhận ảnh của số đo tay.")
        await self._take_photo(photo, f"reading/{press}")

    def _question(self, request: GiveReading) -> str:
        trusted = self._desk.spots[request.station].of(request.quantity).state.trusted
        assert trusted is not None, "only what leaps from something is asked about"
        unit, change = UNITS[request.quantity], request.value - trusted.value
        way = "cao hơn" if change > 0 else "thấp hơn"
        return (
            f"{_figure(request.value)} {unit} {way} số lúc {local(AtMs(trusted.at_ms)):%H:%M} là {_figure(abs(change))}"
            f" {unit}. Nếu đọc đúng như vậy, hãy gửi lần nữa."
        )

    def _name(self, request: GiveReading) -> str:
        return self._desk.spots[request.station].gauge.name


def _figure(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def _audit(tx: Tx, request: GiveReading) -> None:
    sure = " sure" if request.sure else ""
    detail = f"{request.station} {request.quantity} {request.value:g} {UNITS[request.quantity]}{sure}"
    tx.deed(request.user, request.role, "reading.give", detail)
