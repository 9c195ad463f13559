"""The talk child as the supervisor starts it, and aiortc itself in the place of a browser, over loopback."""

import contextlib
import statistics
from collections.abc import AsyncIterator

import av
import numpy as np
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from numpy.typing import NDArray

from edge.core.talk import TalkPacket, packet_from_body, split_payload
from edge.kernel.signing import TalkLock
from edge.kernel.wire import Hello
from edge.kernel.wire.talk import (
    CloseTalk,
    FromTalk,
    OpenTalk,
    TalkEnded,
    TalkLevel,
    TalkOpened,
    TalkRefused,
    TalkSetup,
    TalkSound,
)
from hil.talker import RATE_HZ
from tests.workers.child_process import ChildProcess, started
from tests.workers.talk.paper_browser import LOOPBACK, paper_browser

ITS_BUFFER = "_RTCRtpReceiver__jitter_buffer"  # edge.workers.talk.browser
STREAM = "0123456789abcdef" * 2


@pytest.fixture
async def child() -> AsyncIterator[ChildProcess]:
    async with started("edge.workers.talk", FromTalk) as child:
        await child.channel.send(TalkSetup((LOOPBACK,)))
        await child.hear(Hello)
        yield child


@contextlib.asynccontextmanager
async def speaker(child: ChildProcess) -> AsyncIterator[TalkOpened]:
    async with paper_browser() as browser:
        await child.channel.send(OpenTalk(STREAM, browser.offer))
        opened = await child.hear(TalkOpened)
        await browser.take(opened.answer)
        yield opened


async def packets(child: ChildProcess, key: str, count: int) -> list[TalkPacket]:
    found = []
    for _ in range(count):
        body, signature = split_payload((await child.hear(TalkSound)).payload)
        assert TalkLock(key).fits(body, signature)
        found.append(packet_from_body(body))
    return found


def sound_of(found: list[TalkPacket]) -> NDArray[np.int16]:
    decoder = av.CodecContext.create("libopus", "r")
    decoder.format, decoder.layout, decoder.sample_rate = "s16", "mono", RATE_HZ
    frames = [frame for packet in found for frame in packet.frames]
    return np.concatenate([part.to_ndarray()[0] for frame in frames for part in decoder.decode(av.Packet(frame))])


async def test_a_browsers_sound_becomes_signed_packets_of_a_tenth_of_a_second(child: ChildProcess) -> None:
    async with speaker(child) as opened:
        found = await packets(child, opened.talk_key, 12)
        spread = [later.at_ms - earlier.at_ms for earlier, later in zip(found[2:], found[3:], strict=False)]
        assert 80 < statistics.median(spread) < 120  # a busy machine delays one or the other
        await child.channel.send(CloseTalk(STREAM))
        await child.hear(TalkEnded)
    assert [packet.seq for packet in found] == list(range(12))
    assert {packet.stream for packet in found} == {STREAM}
    level = next(message for message in child.heard if isinstance(message, TalkLevel))
    assert -40 < level.rms_db < -10
    heard = sound_of(found)[RATE_HZ // 2 :].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(heard))
    assert abs(np.argmax(spectrum) * RATE_HZ / len(heard) - 440) < 5


async def test_a_talk_that_is_closed_says_three_times_that_it_was_the_end(child: ChildProcess) -> None:
    async with speaker(child) as opened:
        await packets(child, opened.talk_key, 3)
        await child.channel.send(CloseTalk(STREAM))
        ended = await child.hear(TalkEnded)
    assert ended.why == ""
    sounds = [message for message in child.heard if isinstance(message, TalkSound)]
    last = [packet_from_body(split_payload(message.payload)[0]).last for message in sounds]
    assert last[-3:] == [True] * 3
    assert not any(last[:-3])


async def test_a_browser_that_goes_ends_the_talk_within_a_second(child: ChildProcess) -> None:
    async with speaker(child) as opened:
        await packets(child, opened.talk_key, 3)
    ended = await child.hear(TalkEnded)
    assert "rời đi" in ended.why
    sounds = [message for message in child.heard if isinstance(message, TalkSound)]
    *spoken, first_of_the_end, _, _ = [packet_from_body(split_payload(message.payload)[0]) for message in sounds]
    assert first_of_the_end.last
    assert first_of_the_end.at_ms - spoken[-1].at_ms < 1300


@pytest.mark.parametrize("offer", ["", "v=0", "rubbish\r\n" * 50])
async def test_an_offer_that_is_none_is_refused(child: ChildProcess, offer: str) -> None:
    await child.channel.send(OpenTalk(STREAM, offer))
    refused = await child.hear(TalkRefused)
    assert refused.stream == STREAM


async def test_an_offer_of_pictures_is_refused(child: ChildProcess) -> None:
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    peer.addTransceiver("video")
    await peer.setLocalDescription(await peer.createOffer())
    await child.channel.send(OpenTalk(STREAM, peer.localDescription.sdp))
    assert "một luồng tiếng" in (await child.hear(TalkRefused)).reason
    await peer.close()


async def test_aiortc_keeps_its_jitter_buffer_where_we_replace_it() -> None:
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    assert ITS_BUFFER in vars(peer.addTransceiver("audio").receiver)
    await peer.close()
