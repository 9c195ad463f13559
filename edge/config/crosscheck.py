"""Checks across tables: names that must exist, names that must be unique, numbers that must rise."""

import string
from collections.abc import Iterator, Sequence
from typing import Protocol

from edge.config.airtime import check_airtime
from edge.config.cameras import check_cameras
from edge.config.gauges import check_gauges
from edge.config.hub_files import check_hub
from edge.config.indicators import check_indicators
from edge.config.lines import PathKey
from edge.config.monitoring import check_syslog
from edge.config.people import check_people
from edge.config.problem import Problem
from edge.config.schema import Config
from edge.config.water import check_water
from edge.config.ways import check_ways
from edge.core.place import EVERYWHERE

BLANKS = frozenset({"place", "hamlet", "time"})
"""What every incident fills in."""
GAUGE_BLANKS = BLANKS | {"level", "value", "station", "when"}
"""What an incident of a gauge fills in (edge/flood); ``when`` only a release or a forecast."""


class _Named(Protocol):
    @property
    def id(self) -> str: ...


def crosscheck(config: Config) -> Iterator[Problem]:
    """Every problem that no single table shows."""
    yield from _ids(config)
    yield from _unknown_hamlets(config)
    yield from _unknown_templates(config)
    yield from _blanks(config)
    yield from _camera_blanks(config)
    yield from _local_horn(config)
    yield from _levels(config)
    yield from check_gauges(config)
    yield from _cap_sources(config)
    yield from check_hub(config)
    yield from check_syslog(config)
    yield from check_cameras(config)
    yield from check_airtime(config)
    yield from check_water(config)
    yield from check_people(config)
    yield from _tiers(config)
    yield from check_ways(config)
    yield from check_indicators(config)


def _ids(config: Config) -> Iterator[Problem]:
    for table in (
        "hamlet",
        "recorder",
        "camera",
        "horn",
        "feed",
        "gauge",
        "modem",
        "channel",
        "person",
        "template",
        "group",
        "radio",
        "news_source",
        "flood_rule",
        "shelter",
        "indicator",
        "watch",
    ):
        yield from _twice((table,), getattr(config, table))
    for index, camera in enumerate(config.camera):
        yield from _twice(("camera", index, "zone"), camera.zone)
        yield from _twice(("camera", index, "line"), camera.line)
        zones = {zone.id for zone in camera.zone}
        for column, line in enumerate(camera.line):
            if line.id in zones:
                yield Problem(("camera", index, "line", column, "id"), f"tên `{line.id}` đã dùng cho một vùng.")
    for index, hamlet in enumerate(config.hamlet):
        if hamlet.id == EVERYWHERE:
            yield Problem(("hamlet", index, "id"), f"tên `{EVERYWHERE}` đã dành để chỉ mọi thôn.")


def _twice(table: PathKey, rows: Sequence[_Named]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, row in enumerate(rows):
        if row.id in first:
            yield Problem((*table, index, "id"), f"tên `{row.id}` đã dùng cho mục thứ {first[row.id] + 1} ở trên.")
        first.setdefault(row.id, index)


def _unknown_hamlets(config: Config) -> Iterator[Problem]:
    known = {hamlet.id for hamlet in config.hamlet}
    for table in ("camera", "horn", "person", "watch"):
        for index, row in enumerate(getattr(config, table)):
            if row.hamlet is not None and row.hamlet not in known:
                yield Problem((table, index, "hamlet"), f"không có thôn `{row.hamlet}`.")
    for index, gauge in enumerate(config.gauge):
        for column, hamlet in enumerate(gauge.hamlets):
            if hamlet not in known and hamlet != EVERYWHERE:
                yield Problem(("gauge", index, "hamlets", column), f"không có thôn `{hamlet}`.")


def _unknown_templates(config: Config) -> Iterator[Problem]:
    known = {template.id for template in config.template}
    for path, template in (*_gauge_templates(config), *_zone_templates(config), *_cap_templates(config)):
        if template not in known:
            yield Problem(path, f"không có mẫu tin `{template}`.")


def _gauge_templates(config: Config) -> Iterator[tuple[PathKey, str]]:
    for index, gauge in enumerate(config.gauge):
        for option in ("template", "all_clear"):
            if name := getattr(gauge, option):
                yield ("gauge", index, option), name


def _zone_templates(config: Config) -> Iterator[tuple[PathKey, str]]:
    for row, camera in enumerate(config.camera):
        for table in ("zone", "line"):
            for column, rule in enumerate(getattr(camera, table)):
                if rule.template:
                    yield ("camera", row, table, column, "template"), rule.template


def _cap_templates(config: Config) -> Iterator[tuple[PathKey, str]]:
    for index, source in enumerate(config.cap.source):
        if source.template:
            yield ("cap", "source", index, "template"), source.template


def _tiers(config: Config) -> Iterator[Problem]:
    yield from _twice(("report", "tier"), config.report.tier)
    known = {tier.id for tier in config.report.tier}
    for index, tier in enumerate(config.report.to):
        if tier not in known:
            yield Problem(("report", "to", index), f"không có cấp nhận báo cáo `{tier}`.")


def _cap_sources(config: Config) -> Iterator[Problem]:
    """Only who signs may set anything off; and a sender stands there once."""
    seen: set[str] = set()
    for index, source in enumerate(config.cap.source):
        if source.template and source.key is None:
            yield Problem(("cap", "source", index, "template"), "nguồn phát mẫu tin ngay phải có `key`.")
        if source.sender in seen:
            yield Problem(("cap", "source", index, "sender"), f"nguồn `{source.sender}` đã ghi ở trên.")
        seen.add(source.sender)


def _blanks(config: Config) -> Iterator[Problem]:
    for index, template in enumerate(config.template):
        path: PathKey = ("template", index, "text")
        try:
            parts = list(string.Formatter().parse(template.text))
        except ValueError:
            yield Problem(path, "dấu ngoặc nhọn không khớp.")
            continue
        for _, name, form, conversion in parts:
            own = {blank.name for blank in template.blank}
            if name is not None and (name not in GAUGE_BLANKS | own or form or conversion):
                known = ", ".join(sorted(GAUGE_BLANKS | own))
                yield Problem(path, f"chỗ trống {{{name}}} không có hoặc viết sai; dùng {known}.")


def _camera_blanks(config: Config) -> Iterator[Problem]:
    """A camera or a warning knows no level: a template that asks for one could never be spoken."""
    texts = {template.id: template.text for template in config.template}
    for path, template in (*_zone_templates(config), *_cap_templates(config)):
        for name in sorted(GAUGE_BLANKS - BLANKS):
            if f"{{{name}}}" in texts.get(template, ""):
                who = "bản tin CAP" if path[0] == "cap" else "camera"
                yield Problem(path, f"mẫu tin `{template}` có chỗ trống {{{name}}} mà {who} không đo được.")


def _local_horn(config: Config) -> Iterator[Problem]:
    node = config.local_node
    if node and node.horn not in {horn.id for horn in config.horn}:
        yield Problem(("local_node", "horn"), f"không có cụm loa `{node.horn}`.")


def _levels(config: Config) -> Iterator[Problem]:
    for index, gauge in enumerate(config.gauge):
        low, high = gauge.range_m
        if not low < high:
            yield Problem(("gauge", index, "range_m"), "số đầu phải nhỏ hơn số sau.")
        levels = gauge.bao_dong_m
        if levels is None:
            continue
        if not levels[0] < levels[1] < levels[2]:
            yield Problem(("gauge", index, "bao_dong_m"), "ba mức báo động phải tăng dần.")
        if not (low <= levels[0] and levels[2] <= high):
            yield Problem(("gauge", index, "bao_dong_m"), "mức báo động nằm ngoài khoảng đo `range_m`.")
        if not gauge.source:
            yield Problem(("gauge", index), "mức báo động phải ghi văn bản nguồn ở `source`.")
