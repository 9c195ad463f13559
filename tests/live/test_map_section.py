"""The wall's section `map`: the commune's drawing, and a bad one that stops nothing."""

from pathlib import Path

import msgspec
import pytest

from edge.config import load
from edge.config.map_file import MAX_MAP_BYTES, load_map
from edge.config.schema import Config
from edge.core.errors import MisconfiguredError
from edge.live.map_section import map_section

EXAMPLE = Path(__file__).parents[2] / "docs" / "ref" / "example.toml"


def config_with(path: object) -> Config:
    config = load(EXAMPLE)
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
