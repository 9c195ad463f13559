"""The whole report from the facts: sections, the summary on top, and the figures that the province is told."""

from collections.abc import Mapping
from dataclasses import dataclass

from edge.core.airreport import Report
from edge.core.report import air, devices, incidents, indicators, water
from edge.core.report.document import Document, Figure, Letterhead, Section
from edge.core.report.facts import Facts, Names
from edge.core.report.period import Period


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the figures: of whom, of when, made when and by whom."""

    commune: str
    period: Period
    made_at_ms: int
    made_by: str
    letterhead: Letterhead

    @property
    def complete(self) -> bool:
        """Whether the day or month was over when it was made."""
        return self.made_at_ms >= self.period.until_ms


def commune_report(frame: Frame, facts: Facts) -> Document:
    """The report of a day or a month. A subject of which this commune has nothing is left out."""
    found = (
        incidents.incident_section(facts),
        air.air_section(facts),
        water.water_section(facts),
        devices.device_section(facts),
        indicators.indicator_section(facts),
    )
    sections = tuple(section for section in found if section is not None)
    title = f"Báo cáo tình hình {frame.period.words}"
    return _document(frame, title, _summary(frame, sections), sections, figures(facts))


def air_report(frame: Frame, seen: Report, names: Names) -> Document:
    """The report of the loudspeakers alone, of a month."""
    tables = (
        air.by_hamlet(seen, names),
        air.by_item(seen),
        air.by_day(seen, names),
        air.horns(seen, names),
    )
    dark = (devices.cameras(seen.outages, (), names),) if names.cameras else ()
    section = Section("air", "", (air.sentence(seen),), (*tables, *dark), note=air.HOW_COUNTED)
    total = seen.total
    told: Mapping[str, Figure] = {"plays": total.plays, "seconds": total.seconds, "faults": total.faults}
    return _document(frame, f"Báo cáo phát thanh {frame.period.words}", section.sentences, (section,), told)


def _document(
    frame: Frame, title: str, summary: tuple[str, ...], sections: tuple[Section, ...], told: Mapping[str, Figure]
) -> Document:
    return Document(
        kind=frame.period.kind,
        period=frame.period.key,
        title=title,
        commune=frame.commune,
        since_ms=frame.period.since_ms,
        until_ms=frame.period.until_ms,
        made_at_ms=frame.made_at_ms,
        made_by=frame.made_by,
        complete=frame.complete,
        letterhead=frame.letterhead,
        summary=summary,
        sections=sections,
        figures=told,
    )


def _summary(frame: Frame, sections: tuple[Section, ...]) -> tuple[str, ...]:
    """What a reader must know first: a sentence a subject, by rules."""
    head = "" if frame.complete else "Kỳ báo cáo chưa hết: số liệu tính đến lúc lập."
    told = (f"{section.title}: {_after_colon(' '.join(section.sentences))}" for section in sections)
    return tuple(line for line in (head, *told) if line)


def _after_colon(words: str) -> str:
    """Small where a sentence begins with a plain word; names keep their capital."""
    first = words.partition(" ")[0]
    plain = first in {"Không", "Thiết", "Mưa", "Sóng", "Ổ", "Mất", "Hộp", "Có", "Sông"}
    return words[0].lower() + words[1:] if plain else words


def figures(facts: Facts) -> Mapping[str, Figure]:
    """Numbers for the province: counts, seconds, metres, milliseconds. No names, no words of anybody (L7, L8)."""
    rows = incidents.real(facts)
    found = incidents.tally(rows)
    well = devices.health(facts)
    uplink_ms = well.uplink.offline_ms if well.uplink else None
    return {
        "incidents": found.count,
        "incidents_grave": found.grave,
        "incidents_taken": found.taken,
        "taken_middle_s": found.middle_s,
        "taken_longest_s": found.longest_s,
        "not_reached": sum(incidents.unreached(facts).values()),
        "plays": facts.air.total.plays,
        "air_seconds": round(facts.air.total.seconds, 1),
        "horn_faults": facts.air.total.faults,
        **_water_figures(facts),
        **indicators.figures(facts),
        "cameras_dark": well.cameras_dark,
        "camera_dark_ms": well.camera_dark_ms,
        "horn_tests": well.tests,
        "horn_tests_failed": well.tests_failed,
        "gauges_silent": well.silent_gauges,
        "uplink_outages": well.uplink.outages if well.uplink else None,
        "uplink_offline_ms": uplink_ms,
        "restarts": well.restarts,
        "disk_free_pct": None if well.disk_free_pct is None else round(well.disk_free_pct, 1),
    }


def _water_figures(facts: Facts) -> Mapping[str, Figure]:
    found: dict[str, Figure] = {}
    for one in map(water.course, facts.levels):
        if one.crest is not None:
            found[f"crest_m/{one.facts.station}"] = one.crest[1]
            found[f"level/{one.facts.station}"] = one.level
    for fallen in (water.rainfall(one, facts.since_ms, facts.until_ms) for one in facts.rain):
        found[f"rain_mm/{fallen.facts.station}"] = fallen.mm
    return found
