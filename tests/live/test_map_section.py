"""The wall's section `map`: the commune's drawing, and a bad one that stops nothing."""

from pathlib import Path

import msgspec
import pytest

from edge.config import load
from edge.config.map_file import MAX_MAP_BYTES, load_map
from edge.config.schema import Config
from edge.core.errors import MisconfiguredError
from edge.live.map_section import map_section

Shape = tuple[tuple[float, float], ...]
DRAWN: Shape = ((105.3, 20.7), (105.4, 20.7), (105.4, 20.8))
EXAMPLE = Path(__file__).parents[2] / "docs" / "ref" / "example.toml"


def config_with(path: object, shape: Shape | None = None) -> Config:
    config = load(EXAMPLE)
    hamlets = tuple(msgspec.structs.replace(one, shape=None) for one in config.hamlet)
    first = msgspec.structs.replace(hamlets[0], shape=shape)
    config = msgspec.structs.replace(config, hamlet=(first, *hamlets[1:]))
    return msgspec.structs.replace(config, commune=msgspec.structs.replace(config.commune, map=str(path)))


def test_a_commune_without_a_map_has_an_empty_one() -> None:
    assert map_section(config_with(""))() == {"hamlets": [], "lines": [], "places": {}, "fault": ""}


def test_what_is_drawn_is_shown_as_latitude_and_longitude(tmp_path: Path) -> None:
    file = tmp_path / "xa.geojson"
    hamlet = load(EXAMPLE).hamlet[0].id
    ring = "[[105.1234567,20.9],[105.2,20.9],[105.2,21.0],[105.1234567,20.9]]"
    shape = f'{{"type":"Polygon","coordinates":[{ring}]}}'
    file.write_text(f'{{"features":[{{"properties":{{"hamlet":"{hamlet}"}},"geometry":{shape}}}]}}')
    section = map_section(config_with(file))()
    assert section["hamlets"][0]["id"] == hamlet
    assert section["hamlets"][0]["rings"][0][0] == [20.9, 105.123457]
    assert section["fault"] == ""


def test_a_hamlet_drawn_in_the_settings_needs_no_map_file() -> None:
    section = map_section(config_with("", DRAWN))()
    ring = [[20.7, 105.3], [20.7, 105.4], [20.8, 105.4], [20.7, 105.3]]
    assert [one["rings"] for one in section["hamlets"]] == [[ring]]


def test_a_hamlet_drawn_in_the_settings_goes_before_the_map_file(tmp_path: Path) -> None:
    file = tmp_path / "xa.geojson"
    first, second = (hamlet.id for hamlet in load(EXAMPLE).hamlet[:2])
    shape = '{"type":"Polygon","coordinates":[[[105.1,20.9],[105.2,20.9],[105.2,21.0],[105.1,20.9]]]}'
    features = [f'{{"properties":{{"hamlet":"{one}"}},"geometry":{shape}}}' for one in (first, second)]
    file.write_text(f'{{"features":[{",".join(features)}]}}')
    rings = {one["id"]: one["rings"] for one in map_section(config_with(file, DRAWN))()["hamlets"]}
    assert rings[first][0][0] == [20.7, 105.3]
    assert rings[second][0][0] == [20.9, 105.1]


@pytest.mark.parametrize("content", [None, b"{", b"[" * 100_000, b" " * (MAX_MAP_BYTES + 1)])
def test_a_bad_map_is_a_fault_on_the_wall_that_names_the_file(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "xa.geojson"
    if content is not None:
        file.write_bytes(content)
    section = map_section(config_with(file))()
    assert str(file) in section["fault"]
    assert section["hamlets"] == []
    with pytest.raises(MisconfiguredError):
        load_map(config_with(file))
