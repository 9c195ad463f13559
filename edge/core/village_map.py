"""The commune's map: outlines of its hamlets, its rivers and roads, and where cameras, horns and gauges stand.

A map is a GeoJSON file (RFC 7946) as any drawing program writes it. What a feature is, its ``properties`` say:
``hamlet`` (an id) on a Polygon or MultiPolygon, ``river`` or ``road`` (a name) on a LineString or MultiLineString,
``camera``, ``horn``, ``gauge`` or ``shelter`` (an id) on a Point. Positions here are (latitude, longitude) in degrees.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, Literal

from edge.core.errors import MisconfiguredError

Position = tuple[float, float]
LineKind = Literal["river", "road"]
LINES: tuple[LineKind, ...] = ("river", "road")
POINTS = ("camera", "horn", "gauge", "shelter")
LATITUDE = (5.0, 25.0)
LONGITUDE = (100.0, 120.0)
"""Việt Nam with its sea; swapped coordinates fall outside."""
MOST_FEATURES = 1000
MOST_POSITIONS = 20_000
"""An outline drawn by hand has some hundred; a wall redraws them all."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A hamlet's land: its outer rings. Holes are left out."""

    hamlet: str
    rings: tuple[tuple[Position, ...], ...]


@dataclass(frozen=True, slots=True)
class MapLine:
    """A river or a road."""

    kind: LineKind
    name: str
    points: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class VillageMap:
    """All of it; ``places`` are positions by "camera/<id>" and so on."""

    outlines: tuple[Outline, ...] = ()
    lines: tuple[MapLine, ...] = ()
    places: tuple[tuple[str, Position], ...] = ()


def read_map(document: object, known: dict[str, frozenset[str]]) -> VillageMap:
    """The map in a decoded GeoJSON document; ``known`` are the ids of "hamlet", "camera", "horn", "gauge", "shelter".

    Raises MisconfiguredError with a sentence that counts features from 1.
    """
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or len(features) > MOST_FEATURES:
        raise MisconfiguredError(f"không phải FeatureCollection GeoJSON có nhiều nhất {MOST_FEATURES} hình")
    read = [_feature(feature, number, known) for number, feature in enumerate(features, 1)]
    flat = [part for parts in read for part in parts]
    if sum(_size(part) for part in flat) > MOST_POSITIONS:
        raise MisconfiguredError(f"có hơn {MOST_POSITIONS} điểm; hãy vẽ thưa hơn")
    return VillageMap(
        tuple(part for part in flat if isinstance(part, Outline)),
        tuple(part for part in flat if isinstance(part, MapLine)),
        tuple(part for part in flat if isinstance(part, tuple)),
    )


def with_shapes(drawn: VillageMap, shapes: Mapping[str, Sequence[tuple[float, float]]]) -> VillageMap:
    """The map on which these hamlets have these shapes: corners as (longitude, latitude), closed or not."""
    kept = (outline for outline in drawn.outlines if outline.hamlet not in shapes)
    own = (Outline(hamlet, (_ring(corners),)) for hamlet, corners in shapes.items())
    return replace(drawn, outlines=(*kept, *own))


def _ring(corners: Sequence[tuple[float, float]]) -> tuple[Position, ...]:
    points = tuple((lat, lon) for lon, lat in corners)
    return points if points[0] == points[-1] else (*points, points[0])


_Part = Outline | MapLine | tuple[str, Position]


def _size(part: _Part) -> int:
    if isinstance(part, Outline):
        return sum(map(len, part.rings))
    return len(part.points) if isinstance(part, MapLine) else 1


def _feature(feature: object, number: int, known: dict[str, frozenset[str]]) -> list[_Part]:
    try:
        return list(_parts(feature, known))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as cause:
        raise MisconfiguredError(f"hình thứ {number}: {_reason(cause)}") from cause


def _reason(cause: Exception) -> str:
    """Our own sentences are ValueErrors; everything else is a shape that GeoJSON does not know."""
    own = isinstance(cause, ValueError) and str(cause)
    return str(cause) if own else "không đúng dạng GeoJSON"


def _parts(feature: Any, known: dict[str, frozenset[str]]) -> Iterator[_Part]:
    properties, geometry = feature["properties"] or {}, feature["geometry"]
    kind, shape = geometry["type"], geometry["coordinates"]
    if "hamlet" in properties:
        rings = [polygon[0] for polygon in _several(kind, shape, "Polygon")]
        yield Outline(_known("hamlet", properties, known), tuple(_line(ring, 4) for ring in rings))
    for line in (name for name in LINES if name in properties):
        for points in _several(kind, shape, "LineString"):
            yield MapLine(line, str(properties[line])[:80], _line(points, 2))
    for point in (name for name in POINTS if name in properties):
        if kind != "Point":
            raise ValueError(f"{point} phải là một điểm (Point)")
        yield f"{point}/{_known(point, properties, known)}", _position(shape)


def _several(kind: str, shape: list[Any], wanted: str) -> list[Any]:
    if kind not in {wanted, f"Multi{wanted}"}:
        raise ValueError(f"phải là {wanted} hay Multi{wanted}, không phải {str(kind)[:30]}")
    return [shape] if kind == wanted else shape


def _known(name: str, properties: dict[str, Any], known: dict[str, frozenset[str]]) -> str:
    value = str(properties[name])[:40]
    if value not in known[name]:
        raise ValueError(f"tệp cấu hình không có {name} tên “{value}”")
    return value


def _line(points: Sequence[Any], least: int) -> tuple[Position, ...]:
    if len(points) < least:
        raise ValueError(f"có ít hơn {least} điểm")
    return tuple(map(_position, points))


def _position(pair: Sequence[Any]) -> Position:
    lon, lat = float(pair[0]), float(pair[1])
    within = LATITUDE[0] <= lat <= LATITUDE[1] and LONGITUDE[0] <= lon <= LONGITUDE[1]
    if not (isfinite(lat) and isfinite(lon) and within):
        raise ValueError(f"điểm ({lon:g}, {lat:g}) nằm ngoài Việt Nam; GeoJSON ghi kinh độ trước, vĩ độ sau")
    return lat, lon
