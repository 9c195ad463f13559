"""Checks of gauges: who reads them, and which two measure the same water."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from edge.config.problem import Problem
from edge.config.schema import Config, Feed, Gauge
from edge.config.schema.sensing import HAND

MOST_AT_A_PLACE = 2


def check_gauges(config: Config) -> Iterator[Problem]:
    """Feeds that exist, stations that are told apart, places with one set of levels."""
    yield from _feeds(config)
    yield from _places(config)
    for index, gauge in enumerate(config.gauge):
        if gauge.upstream is not None and gauge.upstream not in {one.id for one in config.gauge} - {gauge.id}:
            yield Problem(("gauge", index, "upstream"), f"không có trạm nào khác tên `{gauge.upstream}`.")
        amounts = gauge.rain_mm
        if amounts is not None and not all(a <= b for a, b in zip(amounts, amounts[1:], strict=False)):
            yield Problem(("gauge", index, "rain_mm"), "lượng mưa của thời gian dài hơn không được nhỏ hơn.")


def pairs(gauges: Iterable[Gauge]) -> dict[str, tuple[Gauge, Gauge]]:
    """By place: the two gauges that measure the same water, the one with the levels first."""
    at: dict[str, list[Gauge]] = defaultdict(list)
    for gauge in gauges:
        if gauge.place is not None:
            at[gauge.place].append(gauge)
    return {place: (found[0], found[1]) for place, found in at.items() if len(found) == MOST_AT_A_PLACE}


def shown_gauge(gauge: Gauge, feeds: Iterable[Feed]) -> dict[str, object]:
    """What the pages are told of a station."""
    feed = next((feed for feed in feeds if feed.id == gauge.feed), None)
    return {
        "id": gauge.id,
        "name": gauge.name,
        "place": gauge.place or "",
        "bao_dong_m": gauge.bao_dong_m,
        "datum": gauge.datum,
        "document": gauge.source,
        "rain_mm": gauge.rain_mm,
        "period_s": feed.period_s if feed else gauge.period_s,
        "origin": HAND if gauge.kind == HAND and feed is None else feed.source if feed else "gauge",
    }


def _feeds(config: Config) -> Iterator[Problem]:
    known = {feed.id for feed in config.feed}
    seen: set[tuple[str, str]] = set()
    for index, gauge in enumerate(config.gauge):
        if gauge.feed is None:
            continue
        if gauge.feed not in known:
            yield Problem(("gauge", index, "feed"), f"không có nguồn số đo `{gauge.feed}`.")
        if gauge.settings:
            yield Problem(("gauge", index, "settings"), "trạm lấy số từ `feed` thì không có thiết bị riêng.")
        if (gauge.feed, gauge.station) in seen:
            yield Problem(("gauge", index, "station"), f"trạm `{gauge.station}` của nguồn này đã ghi ở trên.")
        seen.add((gauge.feed, gauge.station))


def _places(config: Config) -> Iterator[Problem]:
    gauges = {gauge.id for gauge in config.gauge}
    at: dict[str, list[tuple[int, Gauge]]] = defaultdict(list)
    for index, gauge in enumerate(config.gauge):
        if gauge.place is not None:
            at[gauge.place].append((index, gauge))
        if gauge.place in gauges:
            yield Problem(("gauge", index, "place"), f"tên `{gauge.place}` đã dùng cho một trạm đo.")
    for place, members in at.items():
        for index, gauge in members[1:]:
            if gauge.bao_dong_m is not None:
                yield Problem(("gauge", index, "bao_dong_m"), f"mức báo động ghi ở trạm đầu tiên của nơi `{place}`.")
        for index, _ in members[MOST_AT_A_PLACE:]:
            yield Problem(("gauge", index, "place"), f"nơi `{place}` đã có {MOST_AT_A_PLACE} trạm đo.")
