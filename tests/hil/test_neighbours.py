from pathlib import Path

import msgspec

from edge.hub.pages.communes import read_communes
from edge.kernel.wire.event import MAX_EVENTS, CloudEvent
from hil import place
from hil.neighbours import PlayedBox
from hil.province_map import NEIGHBOURS, communes_toml


def test_the_demo_has_a_map_that_the_hub_reads_and_every_name_says_that_it_is_simulated(tmp_path: Path) -> None:
    file = tmp_path / "communes.toml"
    file.write_text(communes_toml(), encoding="utf-8")
    read = read_communes(file)
    assert read.name_of(place.COMMUNE) == place.COMMUNE_NAME
    assert all("mô phỏng" in name for name in (read.province.name, *(one.name for one in read.commune)))


def test_what_a_played_box_says_is_a_batch_of_good_events() -> None:
    for neighbour in NEIGHBOURS:
        box = PlayedBox(neighbour)
        said = [*box.first(1_795_000_000_000), *box.next(1_795_000_060_000)]
        events = msgspec.json.decode(msgspec.json.encode(said), type=list[CloudEvent])
        assert len(events) <= MAX_EVENTS
        assert [one.seq for one in events] == list(range(1, len(events) + 1))
