import gzip
import json
import random
import secrets
from typing import Any

import pytest

from edge.hub.batch import read_batch
from edge.store.outbox import StoredEvent
from edge.sync.cloudevents import encode, pack
from tests.hub.province import SOURCE


def row(seq: int, data: Any = None, **changed: Any) -> StoredEvent:
    values: dict[str, Any] = {
        "seq": seq,
        "id": f"3-{seq}",
        "lane": 0,
        "type": "incident.opened",
        "subject": f"3-{seq}",
        "at_ms": 1_763_792_518_007,
        "boot": 3,
        "clock": "rtc",
        "data": data if isinstance(data, str) else json.dumps(data or {"title": "Nước lên"}, ensure_ascii=False),
    }
    return StoredEvent(**(values | changed))


def test_an_event_travels_as_the_protocol_says() -> None:
    assert json.loads(encode(row(7), SOURCE)) == {
        "specversion": "1.0",
        "id": "3-7",
        "source": SOURCE,
        "type": "vn.molang.incident.opened.v1",
        "subject": "3-7",
        "time": "2025-11-22T06:21:58.007000Z",
        "datacontenttype": "application/json",
        "data": {"title": "Nước lên"},
        "seq": 7,
        "lane": 0,
        "bootid": 3,
        "clockstate": "rtc",
    }


def test_the_hub_reads_what_the_box_packs() -> None:
    batch = pack([row(n) for n in range(1, 151)], SOURCE)
    checked = read_batch(batch.body, SOURCE)
    assert tuple(one.id for one in checked.events) == batch.ids
    assert len(batch.ids) == 150
    assert checked.rejected == ()


def test_nothing_to_send_is_an_empty_batch() -> None:
    batch = pack([], SOURCE)
    assert batch.ids == ()
    assert gzip.decompress(batch.body) == b"[]"


def test_at_most_200_events() -> None:
    assert len(pack([row(n) for n in range(1, 301)], SOURCE).ids) == 200


def test_a_batch_over_a_mebibyte_ends_earlier() -> None:
    batch = pack([row(n, {"title": "a" * 300_000}) for n in range(1, 6)], SOURCE)
    assert batch.ids == ("3-1", "3-2", "3-3")
    assert batch.hopeless == ()


def test_a_batch_that_does_not_compress_is_halved_until_it_fits() -> None:
    batch = pack([row(n, {"title": secrets.token_hex(10_000)}) for n in range(1, 21)], SOURCE)
    assert 0 < len(batch.ids) < 20
    assert len(batch.body) <= 64 * 1024
    assert batch.ids == tuple(f"3-{n}" for n in range(1, len(batch.ids) + 1))


@pytest.mark.parametrize(
    "hopeless",
    [
        row(2, {"title": "a" * 1_100_000}),
        row(2, {"title": secrets.token_hex(70_000)}),
        row(2, '{"value":NaN}'),
        row(2, "[1]"),
        row(2, "{"),
        row(2, clock="unheard of"),
        row(2, at_ms=10**18),
        row(2, "[" * 50_000 + "]" * 50_000),
    ],
    ids=["long", "incompressible", "nan", "list", "cut", "clock", "time", "deep"],
)
def test_an_event_that_can_never_go_is_named_and_does_not_hold_up_the_others(hopeless: StoredEvent) -> None:
    batch = pack([row(1), hopeless, row(3)], SOURCE)
    assert batch.ids == ("3-1", "3-3")
    assert [one.id for one in batch.hopeless] == ["3-2"]
    assert batch.hopeless[0].reason


def test_whatever_the_sizes_the_limits_hold_and_the_order_stays() -> None:
    draw = random.Random(7)
    rows = [row(n, {"title": secrets.token_hex(draw.choice((10, 500, 5_000, 40_000)))}) for n in range(1, 201)]
    sent: list[str] = []
    while rows:
        batch = pack(rows, SOURCE)
        assert len(batch.body) <= 64 * 1024
        assert len(gzip.decompress(batch.body)) <= 1024 * 1024
        gone = {*batch.ids, *(one.id for one in batch.hopeless)}
        assert gone
        sent += batch.ids
        rows = [one for one in rows if one.id not in gone]
    assert sent == sorted(sent, key=lambda name: int(name.split("-")[1]))


def test_a_field_that_nobody_listed_stays_in_the_commune_and_the_alarm_goes() -> None:
    batch = pack([row(1, {"title": "Nước lên", "phone": "0912345678"})], SOURCE)
    assert json.loads(gzip.decompress(batch.body))[0]["data"] == {"title": "Nước lên"}
    assert batch.withheld == (("incident.opened", "phone"),)


def test_a_kind_that_nobody_listed_is_hopeless_unless_it_is_an_alarm() -> None:
    batch = pack(
        [row(1, lane=2, type="village.gossip"), row(2, {"severity": "extreme", "x": 1}, type="dam.burst")], SOURCE
    )
    assert [one.id for one in batch.hopeless] == ["3-1"]
    assert json.loads(gzip.decompress(batch.body))[0]["data"] == {"severity": "extreme"}
