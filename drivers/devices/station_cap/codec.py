"""What alerts of a reservoir mean as readings. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drivers.base import GaugeReading
from drivers.devices.station_cap.xml import Alert, BadAlertError, Info

FLOW = "m3/s"
LONGEST_STATION = 80
_NUMBER = re.compile(r"(\d{1,6}(?:[.,]\d{1,3})?) ?(m3/s|m³/s|m)?")


@dataclass(frozen=True, slots=True)
class Names:
    """Under which parameters a sender writes what."""

    release: str
    reservoir: str
    level: str
    inflow: str
    outflow: str


def readings_of(alert: Alert, names: Names) -> tuple[GaugeReading, ...]:
    """What an alert tells; each once, though it may stand in several languages. Raises BadAlertError.

    A planned release is at the time when it begins, what was measured at the time when the alert was sent.
    """
    found = [reading for info in alert.infos for reading in _of_info(info, alert.sent_ms, names)]
    return tuple(dict.fromkeys(found))


def taken_back(earlier: Sequence[GaugeReading], now: Sequence[GaugeReading]) -> Iterator[GaugeReading]:
    """Planned releases of an alert that was replaced or cancelled and that the new one does not plan: now 0."""
    still = {_planned(reading) for reading in now}
    for reading in earlier:
        if reading.quantity == "release_planned" and reading.value > 0 and _planned(reading) not in still:
            yield GaugeReading(reading.quantity, 0.0, reading.unit, reading.at_ms, reading.station)


def _planned(reading: GaugeReading) -> tuple[str, str, int | None]:
    return reading.quantity, reading.station, reading.at_ms


def _of_info(info: Info, sent_ms: int, names: Names) -> Iterator[GaugeReading]:
    station = info.parameters.get(names.reservoir, "")[:LONGEST_STATION]
    quantities = (
        ("release_planned", names.release, FLOW, info.begins_ms),
        ("release", names.outflow, FLOW, sent_ms),
        ("inflow", names.inflow, FLOW, sent_ms),
        ("level", names.level, "m", sent_ms),
    )
    for quantity, name, unit, at_ms in quantities:
        text = info.parameters.get(name, "")
        if text:
            yield GaugeReading(quantity, _number(name, text, unit), unit, at_ms, station)


def _number(name: str, text: str, unit: str) -> float:
    """Its number; a unit that stands behind it must be ours, or 800 l/s would be 800 m3/s."""
    match = _NUMBER.fullmatch(text)
    if match is None or (match[2] or unit).replace("³", "3") != unit:
        raise BadAlertError(f"{name} is {text[:40]!r}, not a number of {unit}")
    return float(match[1].replace(",", "."))
