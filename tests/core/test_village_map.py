"""The commune's map: what a GeoJSON file may say, and the sentence for what it may not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.errors import MisconfiguredError
from edge.core.village_map import MOST_POSITIONS, VillageMap, read_map
from hil import place, village

KNOWN = {
    "hamlet": frozenset(place.HAMLETS),
    "horn": frozenset(horn.id for horn in place.HORNS),
    "camera": frozenset(site.id for site in place.CAMERAS),
    "gauge": frozenset({"song-minh"}),
    "shelter": frozenset(),
}
SQUARE = [[105.8, 20.9], [105.9, 20.9], [105.9, 21.0], [105.8, 20.9]]


def feature(properties: object, kind: str, coordinates: object) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "FeatureCollection", "features": [{"properties": properties, "geometry": geometry}]}


def test_the_demo_draws_every_hamlet_and_everything_that_stands_there() -> None:
    drawn = read_map(json.loads(village.geojson()), KNOWN)
    assert {outline.hamlet for outline in drawn.outlines} == set(place.HAMLETS)
    assert {line.kind for line in drawn.lines} == {"river", "road"}
    assert {name for name, _ in drawn.places} == set(village.PLACES)


def test_an_outline_of_several_parts_keeps_them_all() -> None:
    drawn = read_map(feature({"hamlet": "dong"}, "MultiPolygon", [[SQUARE], [SQUARE]]), KNOWN)
    assert [len(outline.rings) for outline in drawn.outlines] == [2]
    assert drawn.outlines[0].rings[0][0] == (20.9, 105.8)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "không phải FeatureCollection"),
        ({"features": [{}] * 1001}, "không phải FeatureCollection"),
        ({"features": [None]}, "hình thứ 1: không đúng dạng GeoJSON"),
        (feature({"hamlet": "khong-co"}, "Polygon", [SQUARE]), "không có hamlet tên “khong-co”"),
        (feature({"hamlet": "dong"}, "LineString", SQUARE), "phải là Polygon hay MultiPolygon"),
        (feature({"hamlet": "dong"}, "Polygon", [SQUARE[:3]]), "có ít hơn 4 điểm"),
        (feature({"camera": "cam-1"}, "LineString", SQUARE), "camera phải là một điểm"),
        (feature({"camera": "cam-1"}, "Point", [20.9, 105.8]), "nằm ngoài Việt Nam"),
        (feature({"camera": "cam-1"}, "Point", ["nan", 20.9]), "nằm ngoài Việt Nam"),
        (feature({"river": "Sông"}, "LineString", [SQUARE[0]] * (MOST_POSITIONS + 1)), "vẽ thưa hơn"),
    ],
)
def test_a_wrong_map_is_told_in_a_sentence(document: object, sentence: str) -> None:
    with pytest.raises(MisconfiguredError, match=sentence):
        read_map(document, KNOWN)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["properties", "geometry", "type"]), inner)
    ),
    max_leaves=12,
)


@given(properties=JSON, kind=st.sampled_from(["Polygon", "Point", "LineString", "MultiPolygon"]), coordinates=JSON)
def test_whatever_the_file_holds_is_a_map_or_a_sentence(properties: object, kind: str, coordinates: object) -> None:
    wish = properties if isinstance(properties, dict) else {"hamlet": "dong", "camera": "cam-1", "road": properties}
    try:
        drawn = read_map(feature(wish, kind, coordinates), KNOWN)
    except MisconfiguredError as error:
        assert "hình thứ 1" in str(error)  # noqa: PT017 - both outcomes are good
    else:
        assert isinstance(drawn, VillageMap)
