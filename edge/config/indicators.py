"""Checks of indicators, and what the core knows of each."""

from collections.abc import Iterator

from edge.config.problem import Problem
from edge.config.schema import Config, Indicator
from edge.config.schema.indicator import BY_HAND, OF_THE_BOX, WATCH
from edge.core.indicator.values import Indicator as Known


def check_indicators(config: Config) -> Iterator[Problem]:
    """Two targets for one tile, a share of nothing, a range that is none, settings of no device."""
    for index, one in enumerate(config.indicator):
        path = ("indicator", index)
        if one.target is not None and one.target_pct is not None:
            yield Problem((*path, "target_pct"), "chỉ ghi một trong hai: `target` hoặc `target_pct`.")
        if one.target_pct is not None and one.total is None:
            yield Problem((*path, "target_pct"), "mục tiêu theo phần trăm phải có `total`: phần trăm của bao nhiêu.")
        if one.kind == WATCH and one.station not in {host.group for host in config.watch}:
            yield Problem((*path, "station"), f"không có [[watch]] nào thuộc nhóm `{one.station}`.")
        low, high = one.range
        if not low < high:
            yield Problem((*path, "range"), "số đầu phải nhỏ hơn số sau.")
        elif one.target is not None and not low <= one.target <= high:
            yield Problem((*path, "target"), "mục tiêu nằm ngoài khoảng `range`.")
        if not is_asked(one) and one.settings:
            yield Problem((*path, "settings"), f"loại `{one.kind}` không có thiết bị để đặt thông số.")


def is_asked(one: Indicator) -> bool:
    """Whether its values come from an address or a broker."""
    return one.kind != BY_HAND and one.kind not in OF_THE_BOX


def known_indicators(config: Config) -> tuple[Known, ...]:
    """In the order of the file."""
    return tuple(known_indicator(one) for one in config.indicator)


def known_indicator(one: Indicator) -> Known:
    """What the core knows of it."""
    return Known(
        id=one.id,
        name=one.name,
        unit=one.unit,
        group=one.group,
        digits=one.digits,
        target=one.target,
        target_pct=one.target_pct,
        total=one.total,
        less_is_better=one.better == "less",
        low=one.range[0],
        high=one.range[1],
        age_limit_s=round(one.age_limit_h * 3600),
        source=one.source,
        by_hand=one.kind == BY_HAND,
    )
