"""Live voices: a browser's microphone, or a radio that is relayed, to chosen hamlets (R11, protocols.md).

Each is one LIVE order like any other: numbered, signed, stored with the reports that its horns owe, and given the air
by the arbiter. Its packets are signed by a key that a child made for this talk alone; we only hand them on.
"""

import asyncio
import logging
import secrets
import uuid
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from edge.broadcast.airing import Airing
from edge.broadcast.arbiter import Arbiter
from edge.broadcast.horns import Horn, horns_in
from edge.broadcast.orders import OrderMaker, WantedTalk
from edge.broadcast.outlet import Outlet
from edge.broadcast.studio import Sounding, Studio
from edge.control.protocol import BeginTalk
from edge.core.broadcast import AckState, Priority
from edge.core.errors import FinalError, MolangError, TransientError
from edge.core.news import SessionsOpen, TalkChanged
from edge.core.place import HamletId, HornId
from edge.core.relay import relay_source
from edge.core.talk import LONGEST_RELAY_MS, LONGEST_TALK_MS
from edge.kernel.bus import Bus
from edge.kernel.keep_running import run_apart
from edge.kernel.wire.talk import TalkOpened
from edge.store.journal import Journal, Tx
from edge.store.orders import OrderRow
from edge.store.talks import MICROPHONE, RELAY, TalkRow, add_talk, end_all_talks, end_talk, is_known

log = logging.getLogger(__name__)

NO_HORNS = "Không có cụm loa nào ở các thôn đã chọn."
RESTARTED = "Hộp khởi động lại giữa chừng."
TIME_IS_UP = "Hết thời lượng cho phép."
STOPPED = "Đã bấm DỪNG."
LOGGED_OUT = "Phiên đăng nhập của người nói đã kết thúc."
ALL_REPORTED = "Các cụm loa đã nhường cho tin khẩn hơn hoặc không phát được."
ENDED_BY_SPEAKER = ""
LATELY = 4
"""Talks that ended last stay in the state, so that their page can tell why."""
Opening = AbstractAsyncContextManager[tuple[Sounding, TalkOpened]]


@dataclass(frozen=True, slots=True)
class TalkWish:
    """What somebody wants to sound live."""

    id: str
    kind: str
    source: str
    title: str
    hamlets: tuple[HamletId, ...]
    priority: Priority
    length_ms: int
    user: str
    role: str
    session: str = ""
    stream: str = field(default_factory=lambda: secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class RelayEnd:
    """How a relay ended. ``died``: the source broke off before its time; the rest of its time is silent by now."""

    order: str
    died: bool
    why: str


@dataclass(slots=True)
class Talk:
    """One that sounds now. ``why`` is how it ended: empty when its speaker was done."""

    wish: TalkWish
    order: OrderRow
    horns: list[Horn]
    sounding: Sounding
    began_at_ms: int
    over: asyncio.Event
    why: str | None = None
    ended_at_ms: int | None = None

    def end(self, why: str) -> None:
        """It is over; the first reason stays."""
        self.why = why if self.why is None else self.why
        self.over.set()


class Talks:
    """Owns every live voice from the press to the last report."""

    def __init__(
        self,
        horns: Mapping[HornId, Horn],
        studio: Studio,
        orders: OrderMaker,
        airing: Airing,
        arbiter: Arbiter,
        outlets: tuple[Outlet, Outlet | None],
        journal: Journal,
        bus: Bus,
    ) -> None:
        self._horns = dict(horns)
        self._studio = studio
        self._orders = orders
        self._airing = airing
        self._arbiter = arbiter
        self._broker_way, self._local_way = outlets
        self._journal = journal
        self._bus = bus
        self._group: asyncio.TaskGroup | None = None
        self._active: dict[str, Talk] = {}
        self._ended: deque[dict[str, Any]] = deque(maxlen=LATELY)

    async def run(self) -> None:
        """Serve until cancelled."""
        await self._journal.record_surely(partial(end_all_talks, why=RESTARTED))
        self._active.clear()
        async with asyncio.TaskGroup() as group:
            self._group = group
            group.create_task(self._studio.run())
            group.create_task(self._broker_way.run())
            group.create_task(self._watch_sessions())
            if self._local_way is not None:
                group.create_task(self._local_way.run())
            try:
                await asyncio.Event().wait()
            finally:
                self._group = None

    async def begin(self, request: BeginTalk) -> dict[str, Any]:
        """Open the horns to a browser; what is promised is stored. Raises FinalError when it must not sound now."""
        wish = TalkWish(
            id=request.id,
            kind=MICROPHONE,
            source="",
            title=f"Nói trực tiếp: {request.user}",
            hamlets=tuple(map(HamletId, request.hamlets)),
            priority=Priority.LIVE,
            length_ms=LONGEST_TALK_MS,
            user=request.user,
            role=request.role,
            session=request.session,
        )
        takes_from = self._check(wish)
        begun: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._spawn(run_apart(f"talk {wish.id}", partial(self._speak, wish, request.offer, begun)))
        return await begun | {"takes_from": takes_from}

    async def end(self, talk: str, user: str, role: str) -> None:
        """The speaker is done; one that ended already is no fault."""
        found = self._active.get(talk)
        if found is not None:
            await self._journal.record(lambda tx: tx.deed(user, role, "talk.end", talk))
            found.end(ENDED_BY_SPEAKER)

    async def relay(self, source: str, hamlets: Sequence[HamletId], length_s: float, by_user: str) -> RelayEnd:
        """Relay a radio for so long, and return when it has ended; a caller that is cancelled ends it.

        Raises FinalError for a source that is none and while something stronger sounds there, TransientError when the
        source does not sound within some seconds: then no horn was switched on.
        """
        relay_source(source)
        wish = TalkWish(
            id=str(uuid.uuid4()),
            kind=RELAY,
            source=source,
            title=f"Tiếp sóng {source}",
            hamlets=tuple(hamlets),
            priority=Priority.RELAY,
            length_ms=min(round(length_s * 1000), LONGEST_RELAY_MS),
            user=by_user,
            role="",
        )
        self._check(wish)
        talk = await self._carry(wish, self._studio.relay(wish.stream, source), lambda _talk, _opened: None)
        return RelayEnd(talk.order.id, bool(talk.sounding.why), talk.why or "")

    def silence(self, horns: Sequence[Horn]) -> None:
        """A STOP goes out to these horns: a talk that has no others is over."""
        silenced = {horn.id for horn in horns}
        for talk in list(self._active.values()):
            self._airing.wind_up(talk.order, [horn for horn in talk.horns if horn.id in silenced])
            if silenced.issuperset(horn.id for horn in talk.horns):
                talk.end(STOPPED)

    def take_packet(self, stream: str, payload: bytes) -> None:
        """A signed packet of a talk: on its way to where the talk's horns are."""
        talk = next((talk for talk in self._active.values() if talk.wish.stream == stream), None)
        if talk is None:
            return
        if any(not horn.local for horn in talk.horns):
            self._broker_way.put(stream, payload)
        if self._local_way is not None and any(horn.local for horn in talk.horns):
            self._local_way.put(stream, payload)

    def heard(self) -> None:
        """A horn said something, or a level changed."""
        if self._active:
            self._bus.publish(TalkChanged())

    def on_air(self) -> list[dict[str, Any]]:
        """Talks among the rest of what sounds now, for every page."""
        return [
            {
                "bulletin": "",
                "order": talk.order.id,
                "title": talk.wish.title,
                "priority": "relay" if talk.wish.kind == RELAY else "live",
                "hamlets": list(talk.wish.hamlets),
                "began_at_ms": talk.began_at_ms,
                "ms": talk.wish.length_ms,
            }
            for talk in self._active.values()
        ]

    def rows(self) -> list[dict[str, Any]]:
        """Every talk with the state of each of its horns, and those that ended last, with the reason."""
        return [*(self._row(talk) for talk in self._active.values()), *self._ended]

    def _row(self, talk: Talk) -> dict[str, Any]:
        said = {horn.id: self._airing.said(talk.order.id, horn.id) for horn in talk.horns}
        return {
            "id": talk.wish.id,
            "kind": talk.wish.kind,
            "order": talk.order.id,
            "user": talk.wish.user,
            "hamlets": list(talk.wish.hamlets),
            "began_at_ms": talk.began_at_ms,
            "until_ms": talk.began_at_ms + talk.wish.length_ms,
            "ended_at_ms": talk.ended_at_ms,
            "why": talk.why or "",
            "sounds": AckState.PLAYING in said.values(),
            "rms_db": talk.sounding.rms_db,
            "peak_db": talk.sounding.peak_db,
            "horns": {name: state.value if state else "asked" for name, state in said.items()},
        }

    def _check(self, wish: TalkWish) -> list[str]:
        """What would give way; raises FinalError when this talk must not begin."""
        if not self._in(wish):
            raise FinalError(NO_HORNS)
        return self._arbiter.check_talk(wish.priority, frozenset(wish.hamlets))

    async def _speak(self, wish: TalkWish, offer: str, begun: "asyncio.Future[dict[str, Any]]") -> None:
        def tell(talk: Talk, opened: TalkOpened) -> None:
            until_ms = talk.began_at_ms + wish.length_ms
            begun.set_result({"id": wish.id, "order": talk.order.id, "answer": opened.answer, "until_ms": until_ms})

        try:
            await self._carry(wish, self._studio.microphone(wish.stream, offer), tell)
        except MolangError as error:
            if begun.done():
                raise
            begun.set_exception(error)
        finally:
            if not begun.done():
                begun.set_exception(TransientError("Buổi nói không mở được."))

    async def _carry(self, wish: TalkWish, opening: Opening, begun: Callable[[Talk, TalkOpened], None]) -> Talk:
        """From an open stream to the end of its sound."""
        talk: Talk | None = None
        try:
            async with opening as (sounding, opened):
                talk = await self._on_air(wish, opened, sounding)
                begun(talk, opened)
                await self._until_over(talk)
        finally:
            if talk is not None:
                self._wind_up(talk)
        return talk

    async def _on_air(self, wish: TalkWish, opened: TalkOpened, sounding: Sounding) -> Talk:
        """Store its order and give it the air."""
        horns, over = self._in(wish), asyncio.Event()
        wanted = WantedTalk(
            stream=wish.stream,
            talk_key=opened.talk_key,
            hamlets=wish.hamlets,
            horns=tuple(horn.id for horn in horns),
            priority=wish.priority,
            length_ms=wish.length_ms,
            by_user=wish.user,
        )
        make = partial(_begin_tx, orders=self._orders, wish=wish, wanted=wanted)
        order = await self._arbiter.talk(wish.priority, wish.hamlets, make, over.set)
        talk = Talk(wish, order, horns, sounding, self._journal.clock.now().at_ms, over)
        self._active[wish.id] = talk
        log.info("talk %s on %d horns: %s", order.id, len(horns), wish.title)
        self._bus.publish(TalkChanged())
        return talk

    async def _until_over(self, talk: Talk) -> None:
        """Ended by its speaker or STOP, by its sound, by all its horns, or by time."""
        waits = [asyncio.ensure_future(event.wait()) for event in (talk.over, talk.sounding.ended)]
        try:
            done, _ = await asyncio.wait(waits, timeout=talk.wish.length_ms / 1000, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        talk.end(talk.sounding.why or (ALL_REPORTED if done else TIME_IS_UP))

    def _wind_up(self, talk: Talk) -> None:
        """Its last packet is out: the horns have a moment to report, and its row is closed."""
        self._active.pop(talk.wish.id, None)
        talk.ended_at_ms = self._journal.clock.now().at_ms
        self._ended.appendleft(self._row(talk) | {"sounds": False})
        self._airing.wind_up(talk.order, talk.horns)
        self._arbiter.talk_is_over(talk.order)
        self._bus.publish(TalkChanged())
        log.info("talk %s is over: %s", talk.order.id, talk.why or "its speaker was done")
        closing = partial(end_talk, talk=talk.wish.id, why=talk.why or "")
        if self._group is not None:  # a box that stops writes it at its next start
            self._group.create_task(run_apart("end of a talk", partial(self._journal.record_surely, closing)))

    async def _watch_sessions(self) -> None:
        """Who is logged in no longer speaks no longer."""
        with self._bus.listen(SessionsOpen) as mailbox:
            async for news in mailbox:
                for talk in list(self._active.values()):
                    if talk.wish.session and talk.wish.session not in news.ids:
                        talk.end(LOGGED_OUT)

    def _in(self, wish: TalkWish) -> list[Horn]:
        return horns_in(self._horns, frozenset(wish.hamlets))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        if self._group is None:
            work.close()
            raise TransientError("Bộ phận phát thanh chưa sẵn sàng.")
        self._group.create_task(work)


def _begin_tx(tx: Tx, orders: OrderMaker, wish: TalkWish, wanted: WantedTalk) -> OrderRow:
    if is_known(tx, wish.id):
        raise FinalError("Lần bấm này đã được dùng cho một buổi nói rồi.")
    order = orders.live(tx, wanted)
    add_talk(tx, TalkRow(wish.id, wish.kind, wish.source, wish.stream, order.id, wish.user))
    if wish.kind == MICROPHONE:
        tx.deed(wish.user, wish.role, "talk.begin", f"{wish.id} {','.join(wish.hamlets)}")
    return order
