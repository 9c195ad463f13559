"""Stations and releases as the drivers ``station_http`` and ``station_cap`` of the boxes read them. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from edge.core.cap import Area, Cap, CapSeverity, Info, MsgType, Reference, Status
from edge.core.cap_xml import write_cap
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.hub.stations.book import Measured, Release, Station
from edge.hub.stations.given import CSV_HEAD

_TYPES = {"alert": MsgType.ALERT, "update": MsgType.UPDATE, "cancelled": MsgType.CANCEL}
_ATOM = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>Xả lũ</title>'.encode()
)


def as_json(stations: Sequence[Station]) -> bytes:
    """``rows = "data.stations"``, ``station = "id"``, ``time = "time"``, values under ``values.<quantity>``.

    Quantities that were measured at other times are rows of their own.
    """
    rows = [row for one in stations for row in _rows(one)]
    return msgspec.json.encode({"data": {"stations": rows}})


def _rows(one: Station) -> Iterable[dict[str, Any]]:
    times: dict[int, dict[str, float]] = {}
    for value in one.values:
        times.setdefault(value.at_ms, {})[value.quantity] = value.value
    for at_ms, values in sorted(times.items()):
        yield {"id": one.id, "name": one.name, "time": _written(at_ms), "values": values}


def as_csv(stations: Sequence[Station]) -> bytes:
    """One line a value, in the columns that ``molang flood replay`` reads too."""
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(CSV_HEAD)
    lines.writerows(_line(value) for one in stations for value in one.values)
    return text.getvalue().encode()


def _line(value: Measured) -> tuple[str, str, str, float, str]:
    return _written(value.at_ms), value.station, value.quantity, value.value, value.unit


def releases_json(releases: Sequence[Release]) -> bytes:
    """Announcements as they are kept, times in ISO 8601."""
    rows = [
        {
            "id": one.id,
            "replaces": one.replaces or None,
            "state": one.state,
            "reservoir": one.reservoir,
            "flow_m3s": one.flow_m3s,
            "begins": _written(one.begins_ms),
            "sent": _written(one.sent_ms),
            "level_m": one.level_m,
            "inflow_m3s": one.inflow_m3s,
            "outflow_m3s": one.outflow_m3s,
            "note": one.note,
        }
        for one in releases
    ]
    return msgspec.json.encode({"releases": rows})


def releases_cap(releases: Sequence[Release], sender: str) -> bytes:
    """One Atom feed that holds every alert whole: one question over a thin line, none more."""
    of = {one.id: one for one in releases}
    entries = (_entry(cap_of(one, of.get(one.replaces), sender)) for one in reversed(releases))
    return _ATOM + b"".join(entries) + b"</feed>"


def _entry(said: Cap) -> bytes:
    xml = write_cap(said)
    alert = xml[xml.index(b"<alert") :]  # without its own declaration, which may stand at the beginning alone
    return b"<entry><id>" + said.identifier.encode() + b"</id><content>" + alert + b"</content></entry>"


def cap_of(one: Release, before: Release | None, sender: str) -> Cap:
    """An announcement as CAP 1.2. A cancellation says again what it takes back: boxes forget with their process."""
    measured = (
        ("vn:muc-nuoc-ho", one.level_m),
        ("vn:luu-luong-den", one.inflow_m3s),
        ("vn:luu-luong-xa", one.outflow_m3s),
    )
    parameters = [("vn:ho-chua", one.reservoir), ("vn:xa-lu", f"{_plain(one.flow_m3s)} m3/s")]
    parameters += [(name, _plain(value)) for name, value in measured if value is not None]
    info = Info(
        event=f"Xả lũ {one.reservoir}",
        severity=CapSeverity.SEVERE,
        categories=("Met",),
        urgency="Expected",
        certainty="Likely",
        onset_ms=one.begins_ms,
        headline=f"{one.reservoir} sẽ xả {_plain(one.flow_m3s)} m3/s.",
        description=one.note,
        parameters=tuple(parameters),
        areas=(Area(f"Hạ lưu {one.reservoir}"),),
    )
    references = () if before is None else (_reference(before, sender),)
    return Cap(one.id, sender, one.sent_ms, Status.ACTUAL, _TYPES[one.state], references=references, infos=(info,))


def _reference(one: Release, sender: str) -> Reference:
    return Reference(sender, one.id, one.sent_ms)


def _plain(value: float) -> str:
    """Without an exponent, at most three decimals: what station_cap takes for a number."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _written(at_ms: int) -> str:
    return local(AtMs(at_ms)).isoformat(timespec="milliseconds")
