"""The page of one commune as values: stories, charts, lists, and what is not there and why. Pure."""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from edge.hub.pages import words
from edge.hub.pages.box_status import Gauge
from edge.hub.pages.drawing import Chart, chart_of
from edge.hub.pages.judging import BoxView
from edge.hub.pages.standing import CommuneStanding, Listed, OpenAlarm
from edge.hub.projection.fold import Value
from edge.hub.projection.told import clean, number_of

SPANS_H = {"6": 6, "24": 24, "72": 72, "168": 168}
"""How much of the river a chart shows, in hours."""
USUAL_SPAN = "24"
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A line of a story: when, what happened, and the particulars."""

    at_ms: int
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that can be fetched from ``/v1/media/<sha256>``."""

    sha256: str
    label: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Story:
    """An incident with all that was told of it; ``files`` is empty once the commune deleted them."""

    alarm: OpenAlarm
    chapters: tuple[Chapter, ...]
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class River:
    """A station's chart; ``chart`` is None while there are not two points."""

    name: str
    now: Value
    gauge: Gauge | None
    chart: Chart | None


@dataclass(frozen=True, slots=True)
class Report:
    """A report of the commune and the files that came with it."""

    title: str
    at_ms: int
    signed: bool
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class CommunePage:
    """All of a page."""

    view: BoxView
    open_ones: tuple[Story, ...]
    closed: tuple[Story, ...]
    rivers: tuple[River, ...]
    readings: tuple[Value, ...]
    air: tuple[Chapter, ...]
    deeds: tuple[Chapter, ...]
    reports: tuple[Report, ...]
    gaps: tuple[Chapter, ...]
    deleted: tuple[Chapter, ...]
    counts: tuple[tuple[str, int], ...]
    span: str


def commune_page(
    view: BoxView, standing: CommuneStanding, kept: Mapping[str, Sequence[File]], span: str, now_ms: int
) -> CommunePage:
    """``kept``: by incident or report the files that the hub has."""
    span = span if span in SPANS_H else USUAL_SPAN
    stories = _by_about(standing.listed)
    listed = _by_topic(standing.listed)

    def story(alarm: OpenAlarm) -> Story:
        files = () if alarm.gone_ms else tuple(kept.get(alarm.incident, ()))
        return Story(alarm, tuple(map(_chapter, stories.get(alarm.incident, ()))), files)

    return CommunePage(
        view=view,
        open_ones=tuple(map(story, view.alarms)),
        closed=tuple(map(story, standing.closed)),
        rivers=tuple(_rivers(view, standing, SPANS_H[span], now_ms)),
        readings=standing.readings,
        air=tuple(map(_chapter, listed.get("air", ()))),
        deeds=tuple(map(_chapter, (*listed.get("deed", ()), *listed.get("record", ())))),
        reports=tuple(_reports(listed.get("report", ()), kept)),
        gaps=tuple(map(_chapter, listed.get("gap", ()))),
        deleted=tuple(map(_chapter, listed.get("deleted", ()))),
        counts=tuple((words.kind(".".join(kind.split(".")[2:4])), number) for kind, number in standing.counts),
        span=span,
    )


def _by_about(listed: Iterable[Listed]) -> dict[str, list[Listed]]:
    found: dict[str, list[Listed]] = {}
    for one in listed:
        if one.about and one.topic == "story":
            found.setdefault(one.about, []).append(one)
    return found


def _by_topic(listed: Iterable[Listed]) -> dict[str, list[Listed]]:
    found: dict[str, list[Listed]] = {}
    for one in listed:
        if not one.about:
            found.setdefault(one.topic, []).append(one)
    return found


def _rivers(view: BoxView, standing: CommuneStanding, hours: int, now_ms: int) -> Iterable[River]:
    gauges = {gauge.id: gauge for gauge in (view.box.status.gauges if view.box.status else ())}
    for value in standing.readings:
        if value.quantity == "level":
            gauge = gauges.get(value.station)
            points = standing.points.get(value.series, ())
            chart = chart_of(points, gauge.bao_dong_m if gauge else (), now_ms, hours * 3_600_000)
            yield River(gauge.name if gauge else value.station, value, gauge, chart)


def _reports(listed: Sequence[Listed], kept: Mapping[str, Sequence[File]]) -> Iterable[Report]:
    signed = {one.subject for one in listed if one.type == "report.signed"}
    for one in listed:
        if one.type == "report.made":
            title = _text(one, "title") or one.subject
            files = tuple(kept.get(one.subject, ())) or tuple(_named_files(one.data.get("files")))
            yield Report(title, one.at_ms, one.subject in signed, files)


def _named_files(files: object) -> Iterable[File]:
    """The files that the event of a report names."""
    for form, file in files.items() if isinstance(files, dict) else ():
        sha256 = hash_of(file.get("sha256")) if isinstance(file, dict) else ""
        if sha256:
            yield File(sha256, clean(str(form), 10).upper(), int(number_of(file.get("bytes")) or 0))


def hash_of(value: object) -> str:
    """A SHA-256 as the address of a file has it, from hexadecimal or base64url; empty for anything else."""
    if not isinstance(value, str):
        return ""
    if _HEX.fullmatch(value):
        return value
    try:
        raw = base64.urlsafe_b64decode(value.rstrip("=") + "=")
    except (ValueError, binascii.Error):
        return ""
    return raw.hex() if len(raw) == 32 else ""


def _text(one: Listed, name: str, longest: int = 200) -> str:
    value = one.data.get(name)
    return clean(value, longest) if isinstance(value, str) else ""


def _chapter(one: Listed) -> Chapter:
    detail = next((tell(one) for start, tell in _DETAILS if one.type.startswith(start)), "")
    return Chapter(one.at_ms, words.kind(one.type), detail)


def _of_incident(one: Listed) -> str:
    severity = words.SEVERITIES.get(_text(one, "severity"), "")
    return ", ".join(filter(None, (_text(one, "title", 400), severity and f"mức {severity}")))


def _of_role(one: Listed) -> str:
    role = words.ROLES.get(_text(one, "role"), _text(one, "role", 40))
    return ", ".join(filter(None, (words.VERDICTS.get(_text(one, "verdict"), ""), _text(one, "act", 40), role)))


def _of_horn(one: Listed) -> str:
    horn = one.subject.rpartition("/")[2] or one.subject
    outcome = words.OUTCOMES.get(_text(one, "outcome"), _text(one, "outcome", 20))
    played = number_of(one.data.get("played_ms"))
    seconds = f"{round(played / 1000)} giây" if played else ""
    return ", ".join(filter(None, (f"{horn}: {outcome}", seconds, _text(one, "reason"))))


def _of_gap(one: Listed) -> str:
    numbers = {name: number_of(one.data.get(name)) for name in ("lane", "count", "since_ms", "until_ms")}
    lane, count = numbers["lane"], numbers["count"]
    of = words.LANES[int(lane)] if lane in (0, 1, 2, 3) else "?"
    why = words.WHY_DROPPED.get(_text(one, "reason"), _text(one, "reason", 40))
    said = f"{words.count(int(count or 0))} tin {of}, {why}"
    if numbers["since_ms"] and numbers["until_ms"]:
        since, until = (words.moment(int(numbers[name] or 0), one.at_ms) for name in ("since_ms", "until_ms"))
        said += f", từ {since} đến {until}"
    return said


def _subject(one: Listed) -> str:
    return one.subject


_DETAILS: Sequence[tuple[str, Callable[[Listed], str]]] = (
    ("incident.opened", _of_incident),
    ("incident.updated", _of_incident),
    ("incident.closed", lambda one: "có người đóng" if one.data.get("by_hand") is True else "nguyên nhân đã hết"),
    ("incident.media_deleted", _subject),
    ("incident.deleted", _subject),
    ("incident.", _of_role),
    ("alert.", lambda one: _text(one, "person", 80)),
    ("horn.", _of_horn),
    ("outbox.dropped", _of_gap),
    ("cap.", lambda one: _text(one, "msg_type", 20)),
    ("command.", lambda one: _text(one, "reason")),
    ("", _subject),
)
