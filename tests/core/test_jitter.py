"""The buffer is driven by a simulated line and a simulated sound card: a tick is 20 ms."""

from collections.abc import Iterable, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.core.jitter import LEAST_MS, MOST_MS, JitterBuffer
from edge.core.talk import FRAME_MS, FRAMES

LEAST, MOST = LEAST_MS // FRAME_MS, MOST_MS // FRAME_MS


def frame(place: int) -> bytes:
    return place.to_bytes(4, "big")


def packet(seq: int) -> tuple[bytes, ...]:
    return tuple(frame(seq * FRAMES + at) for at in range(FRAMES))


def run(arrivals: Mapping[int, Iterable[int]], ticks: int, buffer: JitterBuffer) -> list[int | None]:
    """What the card got at each tick: places of frames, None for silence. ``arrivals``: tick -> packets."""
    heard: list[int | None] = []
    for tick in range(ticks):
        for seq in arrivals.get(tick, ()):
            buffer.put(seq, packet(seq))
        taken = buffer.take()
        heard.append(None if taken is None else int.from_bytes(taken, "big"))
    return heard


def line(delays: Iterable[int]) -> dict[int, list[int]]:
    """Packet n, made at tick 5 n, comes ``delays[n]`` ticks later."""
    arrivals: dict[int, list[int]] = {}
    for seq, delay in enumerate(delays):
        arrivals.setdefault(seq * FRAMES + delay, []).append(seq)
    return arrivals


def sounding(heard: list[int | None]) -> list[int | None]:
    first = next(at for at, place in enumerate(heard) if place is not None)
    return heard[first:]


def test_an_even_line_is_played_whole_after_the_cushion() -> None:
    buffer = JitterBuffer()
    heard = run(line([0] * 50), 240, buffer)
    assert heard.index(0) <= LEAST + 1
    assert sounding(heard) == list(range(240 - heard.index(0)))
    assert buffer.losses.lost == buffer.losses.silent == 0


def test_packets_up_to_the_cushion_late_make_no_gap() -> None:
    buffer = JitterBuffer()
    heard = sounding(run(line([0, 0, 4, 1, 5, 0, 3, 5, 0, 5] * 5), 240, buffer))
    assert None not in heard
    assert buffer.losses.late == 0


def test_a_lost_packet_is_silence_of_its_own_length_and_delays_nothing() -> None:
    buffer, arrivals = JitterBuffer(), line([0] * 40)
    del arrivals[20 * FRAMES]
    heard = sounding(run(arrivals, 200, buffer))
    gap = [at for at, place in enumerate(heard) if place is None]
    assert gap == list(range(100, 105))
    assert heard[105] == 105
    assert (buffer.losses.lost, buffer.losses.silent, buffer.losses.longest) == (FRAMES, FRAMES, FRAMES)


def test_a_stall_that_ends_loses_no_word_and_is_made_up_within_the_longest_cushion() -> None:
    stalled = [0] * 20 + [12, 7, 2] + [0] * 20
    buffer = JitterBuffer()
    heard = sounding(run(line(stalled), 230, buffer))
    places = [place for place in heard if place is not None]
    assert places == list(range(len(places)))
    assert buffer.losses.silent > 0
    assert buffer.losses.lost == buffer.losses.skipped == 0


def test_after_a_long_stall_what_is_too_old_is_thrown_away() -> None:
    stalled = [0] * 20 + [50 - 5 * at for at in range(10)] + [0] * 40
    buffer = JitterBuffer()
    run(line(stalled), 280, buffer)
    assert buffer.frames <= MOST + FRAMES
    assert buffer.losses.skipped > 0


def test_a_cushion_that_grew_shrinks_again_when_the_line_is_calm() -> None:
    buffer = JitterBuffer()
    arrivals = line([0] * 20 + [12, 7, 2] + [0] * 400)
    run(arrivals, 200, buffer)
    grown = buffer.frames
    run({tick - 200: seqs for tick, seqs in arrivals.items()}, 5 * 400 - 200, buffer)
    assert grown > LEAST + FRAMES - 1
    assert buffer.frames <= LEAST + FRAMES
    assert buffer.losses.lost == 0


def test_a_late_packet_is_counted_and_dropped() -> None:
    buffer, arrivals = JitterBuffer(), line([0] * 40)
    late = arrivals.pop(10 * FRAMES)
    arrivals[30 * FRAMES] += late
    run(arrivals, 200, buffer)
    assert buffer.losses.late == FRAMES


def test_the_talk_is_finished_after_its_last_frame_even_if_the_one_before_was_lost() -> None:
    buffer = JitterBuffer()
    for seq in range(4):
        buffer.put(seq, packet(seq))
    buffer.put(5, (), last=True)
    heard = run({}, 40, buffer)
    assert buffer.finished
    assert [place for place in heard if place is not None][-1] == 4 * FRAMES - 1


def test_a_talk_that_ended_before_it_began_is_finished() -> None:
    buffer = JitterBuffer()
    buffer.put(0, (), last=True)
    assert buffer.take() is None
    assert buffer.finished


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 40)), min_size=1, max_size=60))
def test_whatever_the_line_does_the_order_is_kept_and_the_buffer_is_bounded(delays: list[int | None]) -> None:
    buffer = JitterBuffer()
    arrivals: dict[int, list[int]] = {}
    for seq, delay in enumerate(delays):
        if delay is not None:
            arrivals.setdefault(seq * FRAMES + delay, []).append(seq)
    heard = [place for place in run(arrivals, len(delays) * FRAMES + 60, buffer) if place is not None]
    assert heard == sorted(set(heard))
    assert buffer.frames <= MOST + FRAMES + FRAMES
    assert buffer.losses.played == len(heard)
