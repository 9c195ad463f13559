"""The rows that a report is counted from, read beside the writer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from edge.core.airreport import report
from edge.core.indicator.values import Indicator
from edge.core.policy.flood.rain import AMOUNT, COUNTER
from edge.core.report.devices import DISK, MODEM
from edge.core.report.facts import (
    Facts,
    GaugeFacts,
    IncidentRow,
    IndicatorFacts,
    LevelFacts,
    Measured,
    Names,
    RainFacts,
    Unreached,
)
from edge.core.report.lasting import states
from edge.core.report.period import DAY_MS, Period
from edge.core.sensing import LEVEL, Quality
from edge.store.airlog import AirQuery, all_airings, outages, presence_changes
from edge.store.gauge_levels import LEVELS_IN_FORCE
from edge.store.indicator_rows import last_value
from edge.store.reader import Reader

SIGNAL = "/signal"
"""A modem's figures stand beside its states: ``modem/<id>/signal``."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A station. ``levels``: of the config, where the store has none; one that is read by hand is never silent."""

    id: str
    levels: tuple[float, ...] = ()
    datum: str = ""
    rain_mm: tuple[float, ...] = ()
    period_s: float = 60.0
    by_hand: bool = False


def facts_of(
    reader: Reader,
    period: Period,
    now_ms: int,
    names: Names,
    gauges: Sequence[Gauge],
    indicators: Sequence[Indicator] = (),
) -> Facts:
    """Everything of a period; one that has not ended is told as far as it went.

    All questions are one transaction: no incident ends between two of them.
    """
    reader.connection.execute("BEGIN")
    try:
        until_ms = max(period.since_ms, min(period.until_ms, now_ms))
        facts = _facts(reader, period.since_ms, until_ms, names, gauges)
        return replace(facts, indicators=tuple(_indicator(reader, one, facts, now_ms) for one in indicators))
    finally:
        reader.connection.execute("ROLLBACK")


def _facts(reader: Reader, since_ms: int, until_ms: int, names: Names, gauges: Sequence[Gauge]) -> Facts:
    hamlet_of = {horn: hamlet for horn, (_, hamlet) in names.horns.items()}
    airings = tuple(all_airings(reader, AirQuery(since_ms, until_ms)))
    dark = outages(reader, since_ms, until_ms)
    return Facts(
        since_ms=since_ms,
        until_ms=until_ms,
        names=names,
        incidents=_incidents(reader, since_ms, until_ms),
        unreached=_unreached(reader, since_ms, until_ms),
        airings=airings,
        air=report(airings, presence_changes(reader, until_ms), hamlet_of, since_ms, until_ms, dark),
        outages=tuple(dark),
        levels=_levels(reader, gauges, since_ms, until_ms),
        rain=tuple(fell for one in gauges if (fell := _rain(reader, one, since_ms, until_ms))),
        gauges=tuple(_worked(reader, one, since_ms, until_ms) for one in gauges if not one.by_hand),
        states=_states(reader, since_ms, until_ms),
        measured=_measured(reader, since_ms, until_ms),
    )


def _incidents(reader: Reader, since_ms: int, until_ms: int) -> tuple[IncidentRow, ...]:
    rows = reader.rows(
        "SELECT id, kind, coalesce(rule_kind, '') AS rule_kind, severity, hamlet, place, title, drill,"
        " began_at_ms AS began_ms, made_at_ms AS made_ms, ended_at_ms AS ended_ms, taken_at_ms AS taken_ms,"
        " coalesce(verdict, '') AS verdict FROM incident WHERE began_at_ms >= ? AND began_at_ms < ?"
        " ORDER BY began_at_ms, rowid",
        since_ms,
        until_ms,
    )
    return tuple(IncidentRow(**{**row, "drill": bool(row["drill"])}) for row in rows)


def _unreached(reader: Reader, since_ms: int, until_ms: int) -> tuple[Unreached, ...]:
    rows = reader.rows(
        "SELECT a.incident, a.person FROM alert a JOIN incident i ON i.id = a.incident WHERE i.began_at_ms >= ?"
        " AND i.began_at_ms < ? AND a.given_up_at_ms IS NOT NULL AND a.state <> 'taken' ORDER BY a.id",
        since_ms,
        until_ms,
    )
    return tuple(Unreached(row["incident"], row["person"]) for row in rows)


def _levels_in_force(reader: Reader) -> Mapping[str, tuple[float, ...]]:
    return {row["station"]: tuple(json.loads(row["bao_dong_m"])) for row in reader.rows(LEVELS_IN_FORCE)}


def _readings(
    reader: Reader, station: str, quantity: str, since_ms: int, until_ms: int
) -> tuple[tuple[int, float], ...]:
    rows = reader.connection.execute(
        "SELECT at_ms, value FROM reading WHERE station = ? AND quantity = ? AND at_ms >= ? AND at_ms < ?"
        " AND quality = ? ORDER BY at_ms",
        (station, quantity, since_ms, until_ms, Quality.GOOD),
    )
    return tuple((at_ms, value) for at_ms, value in rows)


def _count(reader: Reader, station: str, quantity: str, since_ms: int, until_ms: int) -> int:
    """Readings that decide nothing."""
    row = reader.row(
        "SELECT count(*) AS bad FROM reading WHERE station = ? AND quantity = ? AND at_ms >= ? AND at_ms < ?"
        " AND quality <> ?",
        *(station, quantity, since_ms, until_ms, Quality.GOOD),
    )
    assert row is not None, "an aggregate always has a row"
    return int(row["bad"])


def _levels(reader: Reader, gauges: Sequence[Gauge], since_ms: int, until_ms: int) -> tuple[LevelFacts, ...]:
    in_force = _levels_in_force(reader)
    found = (_level(reader, one, in_force.get(one.id, one.levels), since_ms, until_ms) for one in gauges)
    return tuple(one for one in found if one is not None)


def _level(reader: Reader, gauge: Gauge, levels: tuple[float, ...], since_ms: int, until_ms: int) -> LevelFacts | None:
    before = reader.row(
        "SELECT at_ms, value FROM reading WHERE station = ? AND quantity = ? AND at_ms < ? AND quality = ?"
        " ORDER BY at_ms DESC LIMIT 1",
        *(gauge.id, LEVEL, since_ms, Quality.GOOD),
    )
    told = _readings(reader, gauge.id, LEVEL, since_ms, until_ms)
    bad = _count(reader, gauge.id, LEVEL, since_ms, until_ms)
    if not told and not bad and before is None and not levels:
        return None
    stood = (int(before["at_ms"]), float(before["value"])) if before else None
    return LevelFacts(gauge.id, told, bad, levels, gauge.datum, stood)


def _rain(reader: Reader, gauge: Gauge, since_ms: int, until_ms: int) -> RainFacts | None:
    for quantity in (COUNTER, AMOUNT):
        told = _readings(reader, gauge.id, quantity, since_ms - DAY_MS, until_ms)
        if any(at_ms >= since_ms for at_ms, _ in told):
            return RainFacts(gauge.id, quantity, told, gauge.rain_mm)
    return None


def _worked(reader: Reader, gauge: Gauge, since_ms: int, until_ms: int) -> GaugeFacts:
    """When it told anything at all; the quantities of a station are found by the key."""
    told: set[int] = set()
    bad, after = 0, ""
    name = "SELECT min(quantity) AS name FROM reading WHERE station = ? AND quantity > ?"
    while (row := reader.row(name, gauge.id, after)) and row["name"] is not None:
        after = row["name"]
        rows = reader.connection.execute(
            "SELECT at_ms FROM reading WHERE station = ? AND quantity = ? AND at_ms >= ? AND at_ms < ?",
            (gauge.id, after, since_ms, until_ms),
        )
        told.update(at_ms for (at_ms,) in rows)
        bad += _count(reader, gauge.id, after, since_ms, until_ms)
    return GaugeFacts(gauge.id, tuple(sorted(told)), gauge.period_s, bad)


def _states(reader: Reader, since_ms: int, until_ms: int) -> dict[str, list[tuple[int, str]]]:
    """Changes inside the span, and the last one before it of each subject."""
    rows = reader.rows(
        "SELECT subject, at_ms, state FROM device_state d WHERE value IS NULL AND at_ms < ?2 AND at_ms >= coalesce("
        "(SELECT max(at_ms) FROM device_state WHERE subject = d.subject AND at_ms < ?1), 0) ORDER BY subject, at_ms",
        since_ms,
        until_ms,
    )
    return states(rows)


def _indicator(reader: Reader, one: Indicator, facts: Facts, now_ms: int) -> IndicatorFacts:
    ends = (facts.until_ms, facts.since_ms)
    return IndicatorFacts(one, *(last_value(reader, one.id, now_ms, end_ms) for end_ms in ends))


def _measured(reader: Reader, since_ms: int, until_ms: int) -> tuple[Measured, ...]:
    rows = reader.rows(
        "SELECT subject, at_ms, value, whole FROM device_state WHERE value IS NOT NULL AND at_ms >= ? AND at_ms < ?"
        " ORDER BY at_ms, subject",
        since_ms,
        until_ms,
    )
    return tuple(
        Measured(row["subject"].removesuffix(SIGNAL), row["at_ms"], row["value"], row["whole"])
        for row in rows
        if row["subject"] == DISK or row["subject"].startswith(MODEM)
    )
