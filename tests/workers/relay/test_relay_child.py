"""The relay child as the supervisor starts it, and a radio station on loopback."""

import asyncio
import time

import pytest

from edge.core.errors import FinalError
from edge.core.relay import RelaySource, SourceKind, relay_source
from edge.core.talk import packet_from_body, split_payload
from edge.kernel.signing import TalkLock
from edge.kernel.wire.talk import (
    CloseTalk,
    FromTalk,
    OpenRelay,
    TalkEnded,
    TalkLevel,
    TalkOpened,
    TalkRefused,
    TalkSound,
)
from tests.workers.child_process import ChildProcess, started
from tests.workers.relay.radio import radio

STREAM = "fedcba9876543210" * 2


async def sounds(child: ChildProcess, key: str, count: int) -> list[int]:
    """Numbers of the next packets."""
    found = []
    for _ in range(count):
        body, signature = split_payload((await child.hear(TalkSound)).payload)
        assert TalkLock(key).fits(body, signature)
        found.append(packet_from_body(body).seq)
    return found


@pytest.mark.parametrize("codec", ["mp3", "adts"])
async def test_a_station_is_relayed_in_real_time_however_fast_it_begins(codec: str) -> None:
    async with radio(codec) as station, started("edge.workers.relay", FromTalk) as child:
        await child.channel.send(OpenRelay(STREAM, station.url))
        opened = await child.hear(TalkOpened)
        began = time.monotonic()
        assert await sounds(child, opened.talk_key, 15) == list(range(15))
        assert 1.2 < time.monotonic() - began < 2.0
        await child.channel.send(CloseTalk(STREAM))
        assert (await child.hear(TalkEnded)).why == ""
        levels = [message.rms_db for message in child.heard if isinstance(message, TalkLevel)]
        assert levels[-1] > -30


async def test_a_station_that_breaks_off_is_silence_at_first_and_then_dies() -> None:
    async with radio() as station, started("edge.workers.relay", FromTalk) as child:
        await child.channel.send(OpenRelay(STREAM, station.url))
        opened = await child.hear(TalkOpened)
        await sounds(child, opened.talk_key, 2)
        station.sends = False
        broke = time.monotonic()
        ended = await child.hear(TalkEnded)
        assert ended.why
        assert 4.0 < time.monotonic() - broke < 12.0
        numbers = [
            packet_from_body(split_payload(one.payload)[0]).seq for one in child.heard if isinstance(one, TalkSound)
        ]
        assert numbers == list(range(len(numbers)))


async def test_a_station_that_comes_back_in_time_goes_on() -> None:
    async with radio() as station, started("edge.workers.relay", FromTalk) as child:
        await child.channel.send(OpenRelay(STREAM, station.url))
        opened = await child.hear(TalkOpened)
        station.sends = False
        await asyncio.sleep(1.0)
        station.sends = True
        await sounds(child, opened.talk_key, 30)
        assert station.listeners == 2


async def test_a_station_that_does_not_answer_is_refused() -> None:
    async with started("edge.workers.relay", FromTalk) as child:
        await child.channel.send(OpenRelay(STREAM, "http://127.0.0.1:9/radio.mp3"))
        assert "không trả lời" in (await child.hear(TalkRefused)).reason


@pytest.mark.parametrize(
    "text", ["file:///etc/passwd", "/dev/zero", "concat:a|b", "http://", "alsa:", "alsa:a b", "x" * 400]
)
def test_only_radios_and_the_line_in_are_sources(text: str) -> None:
    with pytest.raises(FinalError):
        relay_source(text)


def test_a_line_in_is_named_by_its_device() -> None:
    assert relay_source("alsa:plughw:1,0") == RelaySource(SourceKind.LINE, "plughw:1,0")
    assert relay_source("https://radio.example/a b".replace(" ", "-")).kind is SourceKind.URL


async def test_a_station_that_changes_its_format_is_opened_again_or_ends_and_is_never_silence_for_hours() -> None:
    async with radio("adts") as station, started("edge.workers.relay", FromTalk) as child:
        station.turn_stereo_after(4.0)
        await child.channel.send(OpenRelay(STREAM, station.url))
        opened = await child.hear(TalkOpened)
        await sounds(child, opened.talk_key, 60)
        loud = [level.rms_db for level in child.heard if isinstance(level, TalkLevel)]
        assert station.listeners > 1 or loud[-1] > -30
