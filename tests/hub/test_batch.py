import gzip
import tracemalloc
from typing import Any

import pytest

from edge.core.errors import FinalError
from edge.hub.batch import StrangerError, TooLargeError, inflate, read_batch
from edge.kernel.wire.event import MAX_PLAIN_BYTES
from tests.hub.province import SOURCE, event, packed


def test_good_events_pass_in_their_order() -> None:
    checked = read_batch(packed(event(n) for n in (3, 1, 2)), SOURCE)
    assert [one.seq for one in checked.events] == [3, 1, 2]
    assert checked.rejected == ()


def test_an_empty_batch_is_a_sign_of_life() -> None:
    assert read_batch(packed([]), SOURCE).events == ()


def test_unknown_attributes_are_left_aside_as_the_standard_asks() -> None:
    assert read_batch(packed([event(1, traceparent="00-1")]), SOURCE).events[0].id == "1-1"


@pytest.mark.parametrize(
    "changed",
    [
        {"specversion": "0.3"},
        {"type": "vn.molang.Bad Type.v1"},
        {"time": "hôm qua"},
        {"time": "2026-11-22T06:21:58"},
        {"time": "9999-12-31T23:59:59Z"},
        {"lane": 4},
        {"seq": 0},
        {"seq": 2**63},
        {"seq": "7"},
        {"bootid": None},
        {"clockstate": "maybe"},
        {"data": [1]},
        {"data": None},
        {"id": ""},
        {"id": "x" * 65},
        {"subject": ""},
        {"datacontenttype": "text/plain"},
    ],
    ids=str,
)
def test_a_wrong_event_is_rejected_alone(changed: dict[str, Any]) -> None:
    wrong = event(2, **changed)
    checked = read_batch(packed([event(1), wrong, event(3)]), SOURCE)
    assert [one.id for one in checked.events] == ["1-1", "1-3"]
    assert [one.id for one in checked.rejected] == [wrong["id"]]
    assert checked.rejected[0].reason


@pytest.mark.parametrize("missing", sorted(event(1)))
def test_every_attribute_is_required(missing: str) -> None:
    wrong = {name: value for name, value in event(1).items() if name != missing}
    assert len(read_batch(packed([wrong]), SOURCE).rejected) == 1


def test_a_thing_without_a_name_is_rejected_without_one() -> None:
    assert [one.id for one in read_batch(packed([7, {"id": 8}, event(1)]), SOURCE).rejected] == ["", ""]


def test_broken_text_spoils_only_its_own_event() -> None:
    body = packed([event(1), event(2, subject="HERE"), event(3)])
    broken = gzip.compress(gzip.decompress(body).replace(b"HERE", b"\xff\xfe"))
    assert [one.id for one in read_batch(broken, SOURCE).events] == ["1-1", "1-3"]


def test_events_of_another_box_refuse_the_whole_batch() -> None:
    with pytest.raises(StrangerError):
        read_batch(packed([event(1), event(2, source="/xa/dong-son/box/2")]), SOURCE)


def test_more_than_200_events_are_refused() -> None:
    with pytest.raises(TooLargeError):
        read_batch(packed(event(n) for n in range(1, 202)), SOURCE)


def test_a_body_over_64_kib_is_refused_unread() -> None:
    with pytest.raises(TooLargeError):
        inflate(b"x" * (64 * 1024 + 1))


def test_a_bomb_costs_no_more_than_its_limit() -> None:
    bomb = gzip.compress(b"[" + b" " * 60_000_000 + b"]")
    assert len(bomb) <= 64 * 1024
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        inflate(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * MAX_PLAIN_BYTES


def test_exactly_one_mebibyte_passes() -> None:
    assert len(inflate(gzip.compress(b" " * MAX_PLAIN_BYTES))) == MAX_PLAIN_BYTES


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        gzip.compress(b"[]")[:-3],
        gzip.compress(b"[]") + b"tail",
        gzip.compress(b"[]") + gzip.compress(b"[]"),
        gzip.compress(b"{}"),
        gzip.compress(b"[1,]"),
        gzip.compress(b"[" * 500_000),
        gzip.compress(b'[{"id":"\\ud800"}]'),
        gzip.compress(b"[NaN]"),
    ],
    ids=range(10),
)
def test_a_body_that_is_no_batch_is_refused(body: bytes) -> None:
    with pytest.raises(FinalError):
        read_batch(body, SOURCE)


def test_a_deep_event_is_refused_without_harm() -> None:
    deep = b'[{"id":"1-1","data":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}]"
    with pytest.raises(FinalError):
        read_batch(gzip.compress(deep), SOURCE)
