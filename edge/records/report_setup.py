"""What a report needs of the settings: names, stations, the letterhead, and by when which tier wants it."""

import datetime as dt
from collections.abc import Mapping

from edge.config.schema import Config, Gauge
from edge.config.schema.sensing import HAND
from edge.core.local_time import VIETNAM, local
from edge.core.moment import AtMs
from edge.core.report.document import Letterhead, Signature
from edge.core.report.facts import Names
from edge.core.report.period import Kind, Period
from edge.kernel.wire.report import ReportGauge


def names_of(config: Config) -> Names:
    """People by their duties alone (L7)."""
    return Names(
        hamlets={hamlet.id: hamlet.name for hamlet in config.hamlet},
        horns={horn.id: (horn.name, horn.hamlet) for horn in config.horn},
        cameras={camera.id: camera.name for camera in config.camera},
        gauges={gauge.id: gauge.name for gauge in config.gauge},
        duties={person.id: person.duty for person in config.person},
    )


def gauges_of(config: Config) -> tuple[ReportGauge, ...]:
    """Stations in the order of the settings."""
    return tuple(_gauge(gauge, config) for gauge in config.gauge)


def _gauge(gauge: Gauge, config: Config) -> ReportGauge:
    feed = next((feed for feed in config.feed if feed.id == gauge.feed), None)
    return ReportGauge(
        gauge.id,
        gauge.bao_dong_m or (),
        gauge.datum,
        gauge.rain_mm or (),
        feed.period_s if feed else gauge.period_s,
        by_hand=gauge.kind == HAND and feed is None,
    )


def letterhead_of(config: Config) -> Letterhead:
    """As configured; what is left empty follows from the commune's name."""
    report = config.report
    bare = config.commune.name.partition(" ")[2] or config.commune.name
    names = {tier.id: tier.name for tier in config.report.tier}
    return Letterhead(
        authority=report.authority or f"UBND {config.commune.name}",
        above=report.above,
        place=report.place or bare,
        number=report.number,
        to=tuple(names[tier] for tier in report.to),
        signatures=tuple(Signature(one.title, one.name, one.how) for one in report.signature),
    )


def minute_of(config: Config) -> int:
    """Minutes after local midnight at which reports are made."""
    return _minutes(config.report.at)


def due_of(config: Config, period: Period) -> Mapping[str, int]:
    """Tier -> by when it wants the report of this period, UTC milliseconds."""
    tiers = {tier.id: tier for tier in config.report.tier}
    found = {}
    for tier in (tiers[name] for name in config.report.to):
        after = local(AtMs(period.until_ms)).date()
        if period.kind is Kind.DAY:
            minutes = _minutes(tier.day_by)
        else:
            after, minutes = after.replace(day=tier.month_by_day), 24 * 60 - 1
        at = dt.datetime.combine(after, dt.time(), VIETNAM) + dt.timedelta(minutes=minutes)
        found[tier.id] = round(at.timestamp() * 1000)
    return found


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])
