"""The ways out to the province across their tables, and as the policies know the hours of their rates."""

from collections.abc import Iterator
from ipaddress import ip_address

from edge.config.airtime import hours_of
from edge.config.problem import Problem
from edge.config.schema import Config, Hub, Way
from edge.core.policy.shaping import Shape


def check_ways(config: Config) -> Iterator[Problem]:
    """Ways to nowhere, two of one name, budgets that nobody counts, addresses that are none."""
    if config.way and config.hub is None:
        yield Problem(("way", 0), "cần có bảng [hub]: chưa biết gửi đi đâu.")
    names = [way.name for way in config.way]
    for index, way in enumerate(config.way):
        if way.name in names[:index]:
            yield Problem(("way", index, "name"), f"tên `{way.name}` đã dùng cho một đường ở trên.")
        if way.budget_mb and not way.metered:
            yield Problem(("way", index, "budget_mb"), "chỉ đường có metered = true mới có hạn mức.")
        if way.source and not _is_address(way):
            yield Problem(("way", index, "source"), "phải là địa chỉ IP của máy này, ví dụ 192.168.8.2.")


def shapes_of(hub: Hub) -> tuple[Shape, ...]:
    """The rates by the hour of the day."""
    return tuple(Shape(hours_of(row.hours), row.kbit) for row in hub.shape)


def _is_address(way: Way) -> bool:
    try:
        ip_address(way.source)
    except ValueError:
        return False
    return True
