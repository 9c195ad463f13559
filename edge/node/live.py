"""A talk at a horn: only packets of the stream that a verified LIVE order named, signed by the key that it named.

Nothing is switched on and nothing gives way before the first genuine packet is here: an order that comes late, or a
microphone that never begins, harms nobody. When the talk ends, by its last packet, STOP, expiry or silence of the line,
its key is forgotten with it.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Coroutine
from enum import StrEnum

from edge.core.broadcast import AckState, Order
from edge.core.errors import FinalError, TransientError
from edge.core.talk import SeenPackets, TalkPacket, packet_from_body, split_payload
from edge.kernel.signing import TalkLock
from edge.node.alongside import alongside
from edge.node.ledger import Ledger
from edge.node.link import NodeLink
from edge.node.player import Player, Sound
from edge.node.power import Power
from edge.node.reporter import Reporter, until_ms
from edge.node.stage import Act, Stage
from edge.node.volume import Volume

log = logging.getLogger(__name__)

FIRST_WITHIN_S = 20.0
"""From the order to the first packet: a browser needs up to some seconds to connect."""
IDLE_S = 2.0
"""A talk from which nothing comes for so long is over. The box sends packets all the time, of silence too."""
PLAYED_OUT_S = 2.0
"""What is in hand when the last packet came is less."""
INBOX = 30
"""Three seconds of packets that wait for the horn to be switched on; beyond it the oldest is dropped."""
REMEMBERED = 16
"""Talks that are over: the box says three times that one ended, and the last of these words come after its end."""
GAPS_MS, GAPS_SHARE = 200, 0.02
"""A talk that misses more than both was heard only in part."""
NOTHING_CAME = "Không có gói tiếng nào của buổi nói này đến được loa."
LINE_WENT = "Mất tiếng trực tiếp giữa chừng."


class PacketReason(StrEnum):
    """Why a packet was not played; each is counted in ``state``."""

    GARBLED = "packet_garbled"
    NO_TALK = "packet_no_talk"
    OVER = "packet_over"
    FORGED = "packet_forged"
    REPLAYED = "packet_replayed"


class Reception:
    """One talk that this horn was ordered to play: its lock, its window, and what waits to be played."""

    def __init__(self, order: Order) -> None:
        self._lock = TalkLock(order.talk_key)
        self._seen = SeenPackets()
        self._waiting: deque[TalkPacket] = deque(maxlen=INBOX)
        self._came = asyncio.Event()

    def admit(self, body: bytes, signature: bytes, packet: TalkPacket) -> PacketReason | None:
        """Queue a genuine, new packet; the reason when it is none."""
        if not self._lock.fits(body, signature):
            return PacketReason.FORGED
        if not self._seen.is_new(packet.seq):
            return PacketReason.REPLAYED
        self._waiting.append(packet)
        self._came.set()
        return None

    async def first(self) -> TalkPacket:
        """The oldest packet that waits, as soon as there is one; it goes on waiting."""
        while not self._waiting:
            self._came.clear()
            await self._came.wait()
        return self._waiting[0]

    async def next(self) -> TalkPacket:
        """The oldest packet that waits, as soon as there is one."""
        await self.first()
        return self._waiting.popleft()


class Ear:
    """Hears talks. ``hear`` takes every packet that comes in; ``perform`` is what a LIVE order asks for."""

    def __init__(
        self,
        *,
        link: NodeLink,
        stage: Stage,
        power: Power,
        player: Player,
        volume: Volume,
        reporter: Reporter,
        ledger: Ledger,
        note: Callable[[Act, Sound], Coroutine[None, None, None]],
        fall_silent: Callable[[Act], Awaitable[None]],
    ) -> None:
        self._ledger = ledger
        self._note = note
        self._fall_silent = fall_silent
        self._link = link
        self._stage = stage
        self._power = power
        self._player = player
        self._volume = volume
        self._reporter = reporter
        self._open: dict[str, Reception] = {}
        self._over: deque[str] = deque(maxlen=REMEMBERED)
        self._playing_out: Act | None = None
        self.refused: Counter[str] = Counter()

    def hear(self, payload: bytes) -> None:
        """Take a packet, or count why not."""
        reason = self._judge(payload)
        if reason is None:
            return
        self.refused[reason] += 1
        if str(self.refused[reason]).rstrip("0") == "1":  # 1, 10, 100…: a flood must not fill the journal
            log.warning("packet of a talk not played: %s (%d so far)", reason, self.refused[reason])

    async def perform(self, act: Act) -> None:
        """Play the talk to its end; raises FinalError when it was heard in part or not at all."""
        order = act.order
        if order.stream in self._open:
            raise FinalError("Buổi nói này đang được phát rồi.")
        reception = self._open[order.stream] = Reception(order)
        await self._link.follow(order.stream)
        try:
            await self._first_packet(reception)
            if self._playing_out is not None:  # who spoke before is through: the next one waits for the last words
                await self._playing_out.left.wait()
            await self._stage.enter(act)
            await self._play(act, reception)
        finally:
            del self._open[order.stream]
            self._over.append(order.stream)
            await self._link.leave(order.stream)

    def _judge(self, payload: bytes) -> PacketReason | None:
        try:
            body, signature = split_payload(payload)
            packet = packet_from_body(body)  # bounded arithmetic on bytes; nothing is used before it was verified
        except FinalError:
            return PacketReason.GARBLED
        reception = self._open.get(packet.stream)
        if reception is None:
            return PacketReason.OVER if packet.stream in self._over else PacketReason.NO_TALK
        return reception.admit(body, signature, packet)

    async def _first_packet(self, reception: Reception) -> None:
        try:
            async with asyncio.timeout(FIRST_WITHIN_S):
                if (await reception.first()).last:
                    raise FinalError(NOTHING_CAME)
        except TimeoutError as cause:
            raise FinalError(NOTHING_CAME) from cause

    async def _play(self, act: Act, reception: Reception) -> None:
        order = act.order
        try:
            await asyncio.gather(self._power.on(), self._ledger.begin(order.id, until_ms(order)))
            act.sound = sound = await self._player.begin_talk(order.gain_db + self._volume.gain_db)
            async with alongside(self._power.keep(act.measures, act.levels)), alongside(self._note(act, sound)):
                await sound.until_started()
                await self._reporter.say(order.id, AckState.PLAYING)
                await self._pass_on(order, sound, reception)
                self._playing_out = act
                await sound.until_finished(PLAYED_OUT_S)
        finally:
            await self._fall_silent(act)
            if self._playing_out is act:
                self._playing_out = None
        _check_gaps(sound)

    async def _pass_on(self, order: Order, sound: Sound, reception: Reception) -> None:
        """Feed the player until the last packet, or until the talk has lasted as long as it may."""
        loop = asyncio.get_running_loop()
        until, newest = loop.time() + order.length_ms / 1000, 0
        while True:
            left_s = until - loop.time()
            try:
                async with asyncio.timeout(min(IDLE_S, max(left_s, 0.0))):
                    packet = await reception.next()
            except TimeoutError as cause:
                if left_s > IDLE_S:
                    raise TransientError(LINE_WENT) from cause
                await sound.feed(newest + 1, (), last=True)  # its time is over: that is no fault
                return
            newest = max(newest, packet.seq)
            await sound.feed(packet.seq, packet.frames, last=packet.last)
            if packet.last:
                return


def _check_gaps(sound: Sound) -> None:
    end = sound.finished
    if end is not None and end.missing_ms > max(GAPS_MS, GAPS_SHARE * end.played_ms):
        raise FinalError(f"Mất {end.missing_ms / 1000:.1f} giây tiếng trên đường truyền.".replace(".", ",", 1))
