"""Readings that a person takes at a staff: checked like any other, asked about when they leap, audited."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from edge.control.protocol import GiveReading
from edge.core.decimals import decimal
from edge.core.errors import FinalError
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.core.policy.flood.limits import HOUR_MS, MINUTE_MS
from edge.core.policy.flood.quality import Fact
from edge.core.sensing import LEVEL, Quality, Source
from edge.sensing.desk import ReadingDesk
from edge.store.journal import Journal, Tx
from edge.store.readings import HandNote, hand_given, hand_photos, hand_photos_gone

log = logging.getLogger(__name__)

UNITS = {LEVEL: "m", "rain": "mm", "salinity": "g/l", "water_temp": "°C", "wind": "m/s"}
"""What a person can measure, and in what."""
OLDEST_MS = 24 * HOUR_MS
AHEAD_MS = 5 * MINUTE_MS
PHOTO_KEPT_MS = 30 * 24 * HOUR_MS
"""A maximum (L3), that of other photos."""
SWEEP_EVERY_S = 3600.0
BATCH = 200
TakePhoto = Callable[[str, str], Awaitable[object]]
"""Takes the picture ``id`` out of the photo spool as that of ``reading/<press>``. Raises FinalError when it is none."""


class HandReadings:
    """What people type in. ``photos`` is the folder where ``take_photo`` leaves a checked picture as ``<id>.jpg``."""

    def __init__(self, desk: ReadingDesk, journal: Journal, take_photo: TakePhoto, photos: Path) -> None:
        self._desk = desk
        self._journal = journal
        self._take_photo = take_photo
        self._photos = photos

    async def run(self) -> None:
        """Delete photos that are over their time, for ever."""
        while True:
            before_ms = self._journal.clock.now().at_ms - PHOTO_KEPT_MS
            while old := await self._journal.record(partial(hand_photos, before_ms=before_ms, most=BATCH)):
                for photo in old:
                    (self._photos / f"{photo}.jpg").unlink(missing_ok=True)
                await self._journal.record(partial(hand_photos_gone, photos=old))
                log.info("%d photos of readings are over their time and deleted", len(old))
            await asyncio.sleep(SWEEP_EVERY_S)

    async def give(self, request: GiveReading) -> dict[str, Any]:
        """Keep it and act on it; raises FinalError with a sentence for what cannot be."""
        unit = self._checked(request)
        if await self._journal.record(partial(hand_given, press=request.id)):
            return {"quality": Quality.GOOD}
        if request.photo is not None and not (self._photos / f"{request.photo}.jpg").is_file():
            await self._take_photo(request.photo, f"reading/{request.id}")
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

    def _question(self, request: GiveReading) -> str:
        trusted = self._desk.spots[request.station].of(request.quantity).state.trusted
        assert trusted is not None, "only what leaps from something is asked about"
        unit, change = UNITS[request.quantity], request.value - trusted.value
        way = "cao hơn" if change > 0 else "thấp hơn"
        return (
            f"{decimal(request.value)} {unit} {way} số lúc {local(AtMs(trusted.at_ms)):%H:%M}"
            f" tới {decimal(abs(change))} {unit}. Nếu đọc đúng như vậy, hãy gửi lần nữa."
        )

    def _name(self, request: GiveReading) -> str:
        return self._desk.spots[request.station].gauge.name


def _audit(tx: Tx, request: GiveReading) -> None:
    sure = " sure" if request.sure else ""
    detail = f"{request.station} {request.quantity} {request.value:g} {UNITS[request.quantity]}{sure}"
    tx.deed(request.user, request.role, "reading.give", detail)
