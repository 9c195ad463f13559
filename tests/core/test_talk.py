from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.errors import FinalError
from edge.core.moment import AtMs
from edge.core.talk import (
    FRAMES,
    FURTHEST,
    MAX_PACKET,
    MOST_FRAME_BYTES,
    RING,
    SIGNATURE_BYTES,
    SeenPackets,
    StreamId,
    TalkPacket,
    packet_from_body,
    packet_to_body,
    split_payload,
)

STREAM = StreamId("0123456789abcdef" * 2)
PACKET = TalkPacket(STREAM, 7, AtMs(1_700_000_000_000), tuple(bytes([n]) * 60 for n in range(FRAMES)))

packets = st.builds(
    TalkPacket,
    stream=st.binary(min_size=16, max_size=16).map(lambda raw: StreamId(raw.hex())),
    seq=st.integers(0, 2**32 - 1),
    at_ms=st.integers(0, 2**53).map(AtMs),
    frames=st.lists(st.binary(min_size=1, max_size=MOST_FRAME_BYTES), min_size=FRAMES, max_size=FRAMES).map(tuple),
    last=st.booleans(),
)


@given(packets)
def test_a_packet_is_read_back_as_it_was_written(packet: TalkPacket) -> None:
    body = packet_to_body(packet)
    assert packet_from_body(body) == packet
    assert len(body) + SIGNATURE_BYTES <= MAX_PACKET


@given(st.binary(max_size=600))
def test_rubbish_is_refused_or_is_exactly_one_packet(rubbish: bytes) -> None:
    try:
        packet = packet_from_body(rubbish)
    except FinalError:
        return
    assert packet_to_body(packet) == rubbish


@given(st.integers(0, len(packet_to_body(PACKET)) - 1))
def test_a_packet_cut_short_is_refused(length: int) -> None:
    with pytest.raises(FinalError):
        packet_from_body(packet_to_body(PACKET)[:length])


def test_a_byte_too_many_is_refused() -> None:
    with pytest.raises(FinalError):
        packet_from_body(packet_to_body(PACKET) + b"x")


@pytest.mark.parametrize(
    "wrong",
    [
        replace(PACKET, stream=StreamId("z" * 32)),
        replace(PACKET, stream=StreamId("abc")),
        replace(PACKET, seq=-1),
        replace(PACKET, seq=2**32),
        replace(PACKET, frames=PACKET.frames[:-1]),
        replace(PACKET, frames=(*PACKET.frames, b"x")),
        replace(PACKET, frames=(*PACKET.frames[:-1], b"")),
        replace(PACKET, frames=(*PACKET.frames[:-1], bytes(MOST_FRAME_BYTES + 1))),
    ],
)
def test_a_packet_out_of_bounds_is_not_written(wrong: TalkPacket) -> None:
    with pytest.raises(FinalError):
        packet_to_body(wrong)


def test_only_the_last_packet_may_be_short() -> None:
    last = replace(PACKET, frames=(), last=True)
    assert packet_from_body(packet_to_body(last)) == last


@pytest.mark.parametrize("length", [0, 10, 97, MAX_PACKET + 1])
def test_a_payload_of_impossible_length_is_refused(length: int) -> None:
    with pytest.raises(FinalError):
        split_payload(bytes(length))


@given(st.lists(st.integers(0, 200), max_size=300))
def test_no_packet_is_played_twice(seqs: list[int]) -> None:
    seen = SeenPackets()
    played = [seq for seq in seqs if seen.is_new(seq)]
    assert len(played) == len(set(played))


def test_a_packet_far_behind_or_far_ahead_is_refused() -> None:
    seen = SeenPackets()
    assert seen.is_new(1000)
    assert seen.is_new(1000 - RING + 1)
    assert not seen.is_new(1000 - RING)
    assert not seen.is_new(1000 + FURTHEST + 1)
