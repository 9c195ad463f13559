"""Whole pictures come out of RTP however they were cut up, and a hole costs its own picture only."""

import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as some

from edge.workers.vision.ingest.plain.pictures import MOST_BYTES, START, Pictures, Whole

PAYLOAD = 96
SLICE, IDR, SPS = 0x41, 0x65, 0x67
HEVC_IDR, HEVC_SLICE = 19 << 1, 1 << 1


def rtp(payload: bytes, seq: int, stamp: int, *, last: bool, kind: int = PAYLOAD, first: int = 0x80) -> bytes:
    return struct.pack(">BBHII", first, kind | last << 7, seq & 0xFFFF, stamp & 0xFFFFFFFF, 7) + payload


def fu(nal: bytes, size: int, *, hevc: bool = False) -> Iterator[bytes]:
    """One unit in parts of so many bytes."""
    head = 2 if hevc else 1
    kind = nal[0] >> 1 & 0x3F if hevc else nal[0] & 0x1F
    mark = bytes((nal[0] & 0x81 | 49 << 1, nal[1])) if hevc else bytes((nal[0] & 0xE0 | 28,))
    body = nal[head:]
    for at in range(0, len(body), size):
        flags = (0x80 if at == 0 else 0) | (0x40 if at + size >= len(body) else 0)
        yield mark + bytes((flags | kind,)) + body[at : at + size]


def fed(pictures: Pictures, packets: list[bytes]) -> list[Whole]:
    """The packets as they come over TCP, with reports of the sender between them."""
    done = []
    for packet in packets:
        data = b"$\x00" + len(packet).to_bytes(2) + packet + b"$\x01\x00\x04\x80\xc8\x00\x01"
        at, more = pictures.take(memoryview(b"???" + data + b"$"), 3, 3 + len(data), 0)
        assert at == 3 + len(data)
        done += more
    return done


bodies = some.binary(min_size=2, max_size=300)
units = some.tuples(
    some.lists(some.tuples(some.just(SPS), bodies), max_size=2),
    some.lists(some.tuples(some.sampled_from([SLICE, IDR]), bodies), min_size=1, max_size=4),
).map(lambda parts: parts[0] + parts[1])


@given(some.lists(units, min_size=1, max_size=6), some.integers(1, 60), some.integers(0, 2**32 - 1), some.booleans())
def test_any_cutting_gives_the_same_pictures(
    films: list[list[tuple[int, bytes]]], size: int, begin: int, marker: bool
) -> None:
    packets, seq = [], 65_530
    for number, film in enumerate(films):
        stamp = begin + 6000 * number
        parts = [part for kind, body in film for part in _cut(bytes((kind,)) + body, size)]
        for index, part in enumerate(parts):
            packets.append(rtp(part, seq, stamp, last=marker and index == len(parts) - 1))
            seq += 1
    packets.append(rtp(bytes((SLICE, 1)), seq, begin + 6000 * len(films), last=True))
    done = fed(Pictures("h264", PAYLOAD), packets)
    wanted = [b"".join(START + bytes((kind,)) + body for kind, body in film) for film in films]
    assert [whole.data for whole in done[:-1]] == wanted
    assert [whole.pts for whole in done] == [6000 * number for number in range(len(films) + 1)]
    assert [whole.key for whole in done[:-1]] == [any(kind == IDR for kind, _ in film) for film in films]


def _cut(nal: bytes, size: int) -> list[bytes]:
    return [nal] if len(nal) <= size else list(fu(nal, size))


def test_several_units_in_one_packet_and_hevc_parts() -> None:
    many = bytes((24,)) + b"".join(struct.pack(">H", len(one)) + one for one in (b"\x67ab", b"\x68c", b"\x65defg"))
    (whole,) = fed(Pictures("h264", PAYLOAD), [rtp(many, 1, 0, last=True)])
    assert whole == Whole(START + b"\x67ab" + START + b"\x68c" + START + b"\x65defg", 0, key=True)
    nal = bytes((HEVC_IDR, 1)) + bytes(range(200))
    parts = list(fu(nal, 30, hevc=True))
    packets = [rtp(part, number, 9, last=part is parts[-1]) for number, part in enumerate(parts)]
    assert fed(Pictures("hevc", PAYLOAD), packets) == [Whole(START + nal, 0, key=True)]


@pytest.mark.parametrize("lost", [0, 1, 2, 3])
def test_a_lost_packet_costs_its_own_picture_only(lost: int) -> None:
    parts = list(fu(bytes((IDR,)) + bytes(100), 30))
    assert len(parts) == 4
    packets = [rtp(part, number, 0, last=number == 3) for number, part in enumerate(parts)]
    packets += [rtp(bytes((SLICE, 5)), 4, 6000, last=True), rtp(bytes((SLICE, 6)), 5, 12000, last=True)]
    del packets[lost]
    done = fed(Pictures("h264", PAYLOAD), packets)
    assert done[-1].data == START + bytes((SLICE, 6))
    assert all(not whole.key for whole in done)


def test_a_clock_that_wraps_goes_on_and_one_that_is_set_back_goes_back() -> None:
    stamps = [2**32 - 6000, 0, 6000, 6000 - 90_000]
    packets = [rtp(bytes((SLICE, 1)), number, stamp, last=True) for number, stamp in enumerate(stamps)]
    assert [whole.pts for whole in fed(Pictures("h264", PAYLOAD), packets)] == [0, 6000, 12000, -78_000]


def test_parameter_sets_with_a_marker_or_a_stamp_of_their_own_belong_to_the_next_picture() -> None:
    packets = [
        rtp(b"\x67ab", 0, 0, last=True),
        rtp(b"\x68c", 1, 0, last=False),
        rtp(b"\x65key", 2, 6000, last=True),
        rtp(b"\x06sei", 3, 12000, last=True),
        rtp(b"\x41slice", 4, 12000, last=True),
    ]
    done = fed(Pictures("h264", PAYLOAD), packets)
    assert [whole.data.split(START)[1:] for whole in done] == [
        [b"\x67ab", b"\x68c", b"\x65key"],
        [b"\x06sei", b"\x41slice"],
    ]
    assert [whole.key for whole in done] == [True, False]


def test_packets_that_carry_nothing_are_no_hole_and_their_marker_counts() -> None:
    packets = [
        rtp(b"\x65key", 0, 0, last=False),
        rtp(b"", 1, 0, last=True),
        rtp(b"\x41ab", 2, 6000, last=False, kind=97),
        rtp(b"\x41cd", 3, 6000, last=True),
    ]
    done = fed(Pictures("h264", PAYLOAD), packets)
    assert [whole.data for whole in done] == [START + b"\x65key", START + b"\x41cd"]


def test_the_tail_that_was_lost_does_not_cost_the_next_picture() -> None:
    parts = list(fu(bytes((SLICE,)) + bytes(100), 30))
    packets = [rtp(part, number, 0, last=number == 3) for number, part in enumerate(parts)]
    packets.append(rtp(bytes((IDR, 1)), 4, 6000, last=True))
    del packets[3]
    done = fed(Pictures("h264", PAYLOAD), packets)
    assert [whole.data for whole in done] == [START + bytes((IDR, 1))]


def test_sources_extension_and_padding_are_not_picture() -> None:
    body = bytes((SLICE, 1, 2))
    with_extension = rtp(b"\xbe\xde\x00\x01abcd" + body, 1, 0, last=True, first=0x90)
    with_padding = rtp(body + b"\x00\x00\x03", 2, 6000, last=True, first=0xA0)
    with_source = rtp(b"srcs" + body, 3, 12000, last=True, first=0x81)
    done = fed(Pictures("h264", PAYLOAD), [with_extension, with_padding, with_source])
    assert [whole.data for whole in done] == [START + body] * 3


@given(some.lists(some.binary(max_size=80), max_size=30), some.sampled_from(["h264", "hevc"]))
def test_rubbish_never_fails(packets: list[bytes], codec: str) -> None:
    fed(Pictures(codec, PAYLOAD), packets)
    fed(Pictures(codec, PAYLOAD), [rtp(body, 1, 2, last=False) for body in packets])


def test_a_picture_without_end_is_dropped_in_time() -> None:
    pictures = Pictures("h264", PAYLOAD)
    parts = list(fu(bytes((IDR,)) + bytes(120_000), 60_000))
    done = fed(pictures, [rtp(parts[0], 0, 0, last=False)])
    middle = bytes((IDR & 0xE0 | 28, IDR & 0x1F)) + bytes(60_000)
    for number in range(1, 300):
        done += fed(pictures, [rtp(middle, number, 0, last=False)])
        assert len(pictures._unit) <= MOST_BYTES + 60_000
    assert done == []


def test_another_payload_type_is_passed_over() -> None:
    assert fed(Pictures("h264", PAYLOAD), [rtp(bytes((SLICE, 1)), 1, 0, last=True, kind=97)]) == []
