"""Where every value of an indicator is kept, whoever brings it: checked, asked about when it leaps, audited, told."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from edge.control.protocol import GiveIndicator, RemoveIndicatorValue
from edge.core.errors import FinalError
from edge.core.indicator.table import end_of_month
from edge.core.indicator.values import Indicator, Measured, Origin, figure, impossible, leaps, spoken
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.core.news import IndicatorsChanged
from edge.kernel.bus import Bus
from edge.store.indicators import keep_asked, keep_value, remove_value, value_before
from edge.store.journal import Journal, Tx


class IndicatorDesk:
    """Keeps values; ``indicators`` are those of the settings."""

    def __init__(self, indicators: Sequence[Indicator], journal: Journal, bus: Bus) -> None:
        self.indicators = indicators
        self._known = {one.id: one for one in indicators}
        self._journal = journal
        self._bus = bus

    async def give(self, request: GiveIndicator) -> dict[str, Any]:
        """Keep what somebody typed; raises FinalError with a sentence for what cannot be."""
        indicator = self._of_people(request.indicator)
        if why := impossible(indicator, request.value, request.total):
            raise FinalError(f"Số này {why}")
        if request.at_ms > end_of_month(self._journal.clock.now().at_ms):
            raise FinalError("Ngày này chưa tới.")
        answer = await self._journal.record(partial(_give, indicator=indicator, request=request))
        self._bus.publish(IndicatorsChanged())
        return answer

    async def remove(self, request: RemoveIndicatorValue) -> dict[str, Any]:
        """Take back what was wrong; raises FinalError where there is no such value."""
        indicator = self._of_people(request.indicator)
        await self._journal.record(partial(_remove, indicator=indicator, request=request))
        self._bus.publish(IndicatorsChanged())
        return {}

    async def take(self, indicator: Indicator, measured: Measured) -> None:
        """Keep what came by itself; what cannot be a value of it is a FinalError."""
        if why := impossible(indicator, measured.value, measured.total):
            raise FinalError(f"{indicator.name}: số {figure(measured.value, indicator.digits)} {why}")
        if await self._journal.record(partial(keep_asked, indicator=indicator, new=measured)):
            self._bus.publish(IndicatorsChanged())

    def _of_people(self, name: str) -> Indicator:
        indicator = self._known.get(name)
        if indicator is None:
            raise FinalError("Không có chỉ tiêu này.")
        if not indicator.by_hand:
            raise FinalError(f"{indicator.name}: hộp tự lấy số, không nhập tay.")
        return indicator


def _give(tx: Tx, indicator: Indicator, request: GiveIndicator) -> dict[str, Any]:
    before = value_before(tx, indicator.id, request.at_ms)
    if leaps(before, request.value) and not request.sure:
        assert before is not None, "only what leaps from something is asked about"
        return {"ask": _question(indicator, before, request.value)}
    new = Measured(request.value, request.at_ms, request.at_ms, request.total, Origin.TYPED, request.user, request.note)
    if keep_value(tx, indicator, new):
        was = f", trước {before.value:g}" if before is not None and before.at_ms == new.at_ms else ""
        detail = f"{indicator.id} {_day(new.at_ms)} {new.value:g}{_of(new)}{was}"
        tx.deed(request.user, request.role, "indicator.give", detail)
    return {}


def _remove(tx: Tx, indicator: Indicator, request: RemoveIndicatorValue) -> None:
    gone = remove_value(tx, indicator.id, request.at_ms)
    if gone is None:
        raise FinalError("Số này không còn ở đây: có thể người khác vừa xoá hoặc sửa.")
    detail = f"{indicator.id} {_day(gone.at_ms)} {gone.value:g}{_of(gone)}"
    tx.deed(request.user, request.role, "indicator.remove", detail)


def _question(indicator: Indicator, before: Measured, value: float) -> str:
    was = f"{spoken(indicator, before)} của ngày {_day(before.at_ms)}"
    return f"{figure(value, indicator.digits)} khác nhiều so với {was}. Nếu đúng như vậy, hãy gửi lần nữa."


def _of(measured: Measured) -> str:
    return "" if measured.total is None else f"/{measured.total:g}"


def _day(at_ms: int) -> str:
    return f"{local(AtMs(at_ms)):%d/%m/%Y}"
