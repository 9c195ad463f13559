"""Checks across tables: names that must exist, names that must be unique."""

import string
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edge.config.lines import PathKey
from edge.config.schema import Config
from edge.core.place import EVERYWHERE

BLANKS = frozenset({"place", "hamlet", "time", "level", "value", "station"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and the setting it stands in."""

    path: PathKey
    sentence: str


def crosscheck(config: Config) -> Iterator[Problem]:
    """Every problem that no single table shows."""
    yield from _twice(config)
    yield from _unknown_hamlets(config)
    yield from _unknown_templates(config)
    yield from _blanks(config)
    yield from _local_horn(config)
    yield from _rising_levels(config)


def _twice(config: Config) -> Iterator[Problem]:
    for table in ("hamlet", "camera", "horn", "gauge", "modem", "person", "template"):
        ids: Iterable[str] = [row.id for row in getattr(config, table)]
        counted = Counter(ids)
        for index, name in enumerate(ids):
            if counted[name] > 1:
                yield Problem((table, index, "id"), f"tên `{name}` dùng {counted[name]} lần.")
                counted[name] = 1


def _unknown_hamlets(config: Config) -> Iterator[Problem]:
    known = {hamlet.id for hamlet in config.hamlet}
    for table in ("camera", "horn", "person"):
        for index, row in enumerate(getattr(config, table)):
            if row.hamlet is not None and row.hamlet not in known:
                yield Problem((table, index, "hamlet"), f"không có thôn `{row.hamlet}`.")
    for index, gauge in enumerate(config.gauge):
        for hamlet in gauge.hamlets:
            if hamlet not in known and hamlet != EVERYWHERE:
                yield Problem(("gauge", index, "hamlets"), f"không có thôn `{hamlet}`.")


def _unknown_templates(config: Config) -> Iterator[Problem]:
    known = {template.id for template in config.template}
    for index, gauge in enumerate(config.gauge):
        if gauge.template and gauge.template not in known:
            yield Problem(("gauge", index, "template"), f"không có mẫu tin `{gauge.template}`.")
    for row, camera in enumerate(config.camera):
        for column, zone in enumerate(camera.zone):
            if zone.template and zone.template not in known:
                yield Problem(("camera", row, "zone", column, "template"), f"không có mẫu tin `{zone.template}`.")


def _blanks(config: Config) -> Iterator[Problem]:
    for index, template in enumerate(config.template):
        try:
            names = {name for _, name, _, _ in string.Formatter().parse(template.text) if name is not None}
        except ValueError:
            yield Problem(("template", index, "text"), "dấu ngoặc nhọn không khớp.")
            continue
        for name in sorted(names - BLANKS):
            known = ", ".join(sorted(BLANKS))
            yield Problem(("template", index, "text"), f"chỗ trống {{{name}}} không có; dùng {known}.")


def _local_horn(config: Config) -> Iterator[Problem]:
    node = config.local_node
    if node and node.horn not in {horn.id for horn in config.horn}:
        yield Problem(("local_node", "horn"), f"không có cụm loa `{node.horn}`.")


def _rising_levels(config: Config) -> Iterator[Problem]:
    for index, gauge in enumerate(config.gauge):
        levels = gauge.bao_dong_m
        if levels and not levels[0] < levels[1] < levels[2]:
            yield Problem(("gauge", index, "bao_dong_m"), "ba mức báo động phải tăng dần.")
        if levels and not gauge.source:
            yield Problem(("gauge", index), "mức báo động phải ghi văn bản nguồn ở `source`.")
