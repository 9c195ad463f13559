"""The levels of each gauge: the config's line is the seed, people's own hold until that line changes."""

import datetime as dt
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from edge.config.schema import Gauge
from edge.core.decimals import decimal
from edge.core.errors import FinalError
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.store.gauge_levels import FROM_CONFIG, FROM_PERSON, GaugeLevels, newest_levels, set_levels
from edge.store.journal import Journal, Tx

log = logging.getLogger(__name__)

BY_CONFIG = "tệp cấu hình"
EARLIEST = dt.date(1945, 9, 2)
"""No document of this state is older."""
LEAST_APART_M = 0.2
"""Nearer levels than twice the hysteresis could not be told apart when the water falls."""


@dataclass(frozen=True, slots=True)
class LevelsWish:
    """What somebody wants the levels of a gauge to be, and the document that says so."""

    station: str
    bao_dong_m: tuple[float, float, float]
    datum: str
    source: str
    issued: dt.date
    user: str
    role: str


class LevelsDesk:
    """Knows what is in force; every change is audited and kept."""

    def __init__(self, gauges: Iterable[Gauge], journal: Journal) -> None:
        self._gauges = {gauge.id: gauge for gauge in gauges}
        self._journal = journal
        self.in_force: dict[str, GaugeLevels] = {}

    async def load(self) -> None:
        """Read what is in force, and take over every line of the config that changed since it was last read."""
        self.in_force = await self._journal.record(lambda tx: settle(tx, self._gauges))

    def thresholds(self, station: str) -> tuple[float, ...]:
        """The levels of a gauge in metres, rising; none for one that only measures."""
        known = self.in_force.get(station)
        return known.bao_dong_m if known else ()

    async def set(self, wish: LevelsWish) -> dict[str, Any]:
        """These levels hold from now on; raises FinalError with a sentence when they cannot be right."""
        gauge = self._gauges.get(wish.station)
        if gauge is None:
            raise FinalError("Không có trạm đo này.")

        def work(tx: Tx) -> GaugeLevels:
            for sentence in complaints(wish, gauge, local(tx.now.at_ms).date()):
                raise FinalError(sentence)
            before = newest_levels(tx, wish.station)
            kept = set_levels(tx, _of_wish(wish, gauge))
            tx.deed(wish.user, wish.role, "levels.set", f"{wish.station}: {_words(before)} -> {_words(kept)}")
            return kept

        self.in_force[wish.station] = await self._journal.record(work)
        log.info("levels of %s set by %s", wish.station, wish.user)
        return {"number": self.in_force[wish.station].number}


def settle(tx: Tx, gauges: Mapping[str, Gauge]) -> dict[str, GaugeLevels]:
    """What is in force at each gauge; a config line that is new or has changed comes into force now."""
    in_force = {}
    for gauge in gauges.values():
        known = newest_levels(tx, gauge.id)
        if known is None or known.config_line != config_line(gauge):
            if gauge.bao_dong_m is None:
                continue
            known = _take_over(tx, gauge, known)
        in_force[gauge.id] = known
    return in_force


def _take_over(tx: Tx, gauge: Gauge, before: GaugeLevels | None) -> GaugeLevels:
    assert gauge.bao_dong_m is not None
    fresh = GaugeLevels(
        gauge.id, gauge.bao_dong_m, gauge.datum, gauge.source, gauge.issued, FROM_CONFIG, config_line(gauge), BY_CONFIG
    )
    kept = set_levels(tx, fresh)
    tx.deed(BY_CONFIG, "technician", "levels.config", f"{gauge.id}: {_words(before)} -> {_words(kept)}")
    return kept


def config_line(gauge: Gauge) -> str:
    """What the config says of the levels: when this changes, the config wins."""
    issued = gauge.issued.isoformat() if gauge.issued else ""
    return json.dumps([gauge.bao_dong_m, gauge.datum, gauge.source, issued], ensure_ascii=False)


def complaints(wish: LevelsWish, gauge: Gauge, today: dt.date) -> list[str]:
    """What cannot be right about it, each a sentence."""
    low, high = gauge.range_m
    first, second, third = wish.bao_dong_m
    found = []
    if not (second - first >= LEAST_APART_M and third - second >= LEAST_APART_M):
        found.append("Ba mức báo động phải tăng dần, mức sau cao hơn mức trước ít nhất 0,2 m.")
    if not (low <= first and third <= high):
        found.append(f"Mức báo động phải nằm trong khoảng đo của trạm, từ {decimal(low)} đến {decimal(high)} m.")
    if not wish.source.strip():
        found.append("Phải ghi văn bản ban hành mức báo động.")
    if not EARLIEST <= wish.issued <= today:
        found.append("Ngày ban hành văn bản không đúng.")
    return found


def _of_wish(wish: LevelsWish, gauge: Gauge) -> GaugeLevels:
    return GaugeLevels(
        station=wish.station,
        bao_dong_m=wish.bao_dong_m,
        datum=wish.datum.strip(),
        source=wish.source.strip(),
        issued=wish.issued,
        origin=FROM_PERSON,
        config_line=config_line(gauge),
        by_user=wish.user,
    )


def _words(levels: GaugeLevels | None) -> str:
    if levels is None:
        return "chưa có"
    return f"{' / '.join(map(decimal, levels.bao_dong_m))} m ({levels.source})"


def section_row(levels: GaugeLevels, name: str) -> dict[str, Any]:
    """For the wall's state."""
    return {
        "station": levels.station,
        "name": name,
        "bao_dong_m": list(levels.bao_dong_m),
        "datum": levels.datum,
        "source": levels.source,
        "issued": levels.issued.isoformat() if levels.issued else "",
        "origin": levels.origin,
        "by": levels.by_user,
        "set_at_ms": AtMs(levels.set_at_ms),
    }
