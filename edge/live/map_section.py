"""The section `map` of the wall's state (docs/ref/state.md): read once, it never changes while the box runs."""

import logging
from collections.abc import Callable
from typing import Any

from edge.config.map_file import load_map
from edge.config.schema import Config
from edge.core.errors import MisconfiguredError
from edge.core.village_map import VillageMap

log = logging.getLogger(__name__)
DIGITS = 6
"""Of a degree: a tenth of a metre."""


def map_section(config: Config) -> Callable[[], dict[str, Any]]:
    """The function that gives it; a map that cannot be read is a fault on the wall, and one line in the log."""
    try:
        section = _section(load_map(config) or VillageMap(), "")
    except MisconfiguredError as error:
        log.warning("no map: %s", error)
        section = _section(VillageMap(), str(error))
    return lambda: section


def _section(drawn: VillageMap, fault: str) -> dict[str, Any]:
    return {
        "hamlets": [{"id": one.hamlet, "rings": [_points(ring) for ring in one.rings]} for one in drawn.outlines],
        "lines": [{"kind": one.kind, "name": one.name, "points": _points(one.points)} for one in drawn.lines],
        "places": {name: _points((position,))[0] for name, position in drawn.places},
        "fault": fault,
    }


def _points(positions: tuple[tuple[float, float], ...]) -> list[list[float]]:
    return [[round(lat, DIGITS), round(lon, DIGITS)] for lat, lon in positions]
