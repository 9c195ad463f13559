"""The map of the simulated commune, invented like its names: four hamlets on both sides of the river Minh."""

import json
from typing import Any

Shape = tuple[tuple[float, float], ...]
"""Corners as (longitude, latitude)."""

SHORE: Shape = (
    (105.8592, 20.9512),
    (105.8650, 20.9493),
    (105.8701, 20.9507),
    (105.8752, 20.9498),
    (105.8811, 20.9469),
    (105.8868, 20.9474),
    (105.8921, 20.9453),
    (105.8989, 20.9458),
)
"""The middle of the river, from west to east."""
BANK = 0.0011
"""Degrees from the middle of the river to where the hamlets end."""
LAND: dict[str, Shape] = {
    "doai": ((105.8730, 20.9642), (105.8661, 20.9668), (105.8597, 20.9631), (105.8575, 20.9570)),
    "trung-tam": ((105.8846, 20.9634), (105.8790, 20.9661), (105.8730, 20.9642)),
    "dong": ((105.9002, 20.9525), (105.8985, 20.9588), (105.8921, 20.9629), (105.8846, 20.9634)),
    "nam": ((105.8578, 20.9420), (105.8655, 20.9351), (105.8763, 20.9329), (105.8871, 20.9337), (105.8967, 20.9392)),
}
"""Each hamlet's corners away from the river."""
FRONTS: dict[str, Shape] = {"doai": SHORE[:4], "trung-tam": SHORE[3:5], "dong": SHORE[4:], "nam": SHORE}
ROADS: dict[str, Shape] = {
    "Đường liên xã": (
        (105.8560, 20.9601),
        (105.8655, 20.9590),
        (105.8760, 20.9585),
        (105.8850, 20.9560),
        (105.9010, 20.9556),
    ),
    "Đường cầu Đông": (
        (105.8812, 20.9660),
        (105.8821, 20.9572),
        (105.8826, 20.9470),
        (105.8810, 20.9395),
        (105.8824, 20.9334),
    ),
}
PLACES: dict[str, tuple[float, float]] = {
    "horn/loa-trung-tam": (105.8789, 20.9603),
    "horn/loa-dong": (105.8915, 20.9569),
    "horn/loa-doai": (105.8653, 20.9617),
    "horn/loa-nam": (105.8747, 20.9396),
    "camera/cam-1": (105.8770, 20.9560),
    "camera/cam-2": (105.8945, 20.9521),
    "camera/cam-3": (105.8865, 20.9426),
    "camera/cam-4": (105.8682, 20.9561),
    "gauge/song-minh": (105.8826, 20.9471),
}


def geojson(places: dict[str, tuple[float, float]] | None = None) -> str:
    """The file; ``places`` are other things to show, by "camera/<id>" and so on."""
    hamlets = [_feature({"hamlet": name}, "Polygon", [_ring(name)]) for name in LAND]
    roads = [_feature({"road": name}, "LineString", line) for name, line in ROADS.items()]
    river = _feature({"river": "Sông Minh"}, "LineString", SHORE)
    points = [_feature(dict([name.split("/")]), "Point", at) for name, at in (places or PLACES).items()]
    document = {"type": "FeatureCollection", "features": [*hamlets, river, *roads, *points]}
    return json.dumps(document, ensure_ascii=False)


def _ring(hamlet: str) -> Shape:
    side = -BANK if hamlet == "nam" else BANK
    front = tuple((lon, round(lat + side, 6)) for lon, lat in FRONTS[hamlet])
    back = tuple(reversed(LAND[hamlet])) if hamlet == "nam" else LAND[hamlet]
    return (*front, *back, front[0])


def _feature(properties: dict[str, str], kind: str, shape: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": shape}}
