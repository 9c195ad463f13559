"""The life of the talk child: opens talks when the supervisor says so, and closes them."""

import asyncio
import contextlib
import logging

import msgspec

from edge.core.errors import FinalError
from edge.kernel.wire import Channel
from edge.kernel.wire.talk import CloseTalk, OpenTalk, TalkEnded, TalkOpened, TalkRefused, TalkSetup, ToTalk
from edge.workers.lifeline import say_hello
from edge.workers.talk.addresses import reach_by
from edge.workers.talk.browser import Browser
from edge.workers.talk.voice import Voice

log = logging.getLogger(__name__)

MOST_TALKS = 4
GONE = "Trình duyệt đã rời đi hoặc mất mạng."
_Supervisor = Channel[ToTalk, msgspec.Struct]


async def serve(supervisor: _Supervisor) -> None:
    """Serve until the supervisor is gone; then every talk ends with it."""
    setup = await supervisor.receive()
    if setup is None:
        return
    if not isinstance(setup, TalkSetup):
        raise FinalError(f"Thông điệp đầu tiên là {type(setup).__name__}, phải là TalkSetup.")
    logging.getLogger("aioice").setLevel(logging.WARNING)  # it tells of every pair of addresses
    reach_by(setup.addresses)
    await say_hello(supervisor)
    studio = _Studio(supervisor)
    async with asyncio.TaskGroup() as tasks:
        async for message in supervisor:
            if isinstance(message, OpenTalk):
                await studio.open(message, tasks)
            elif isinstance(message, CloseTalk):
                studio.close(message.stream)
        studio.close_all()


class _Studio:
    def __init__(self, supervisor: _Supervisor) -> None:
        self._supervisor = supervisor
        self._talks: dict[str, asyncio.Event] = {}

    async def open(self, wish: OpenTalk, tasks: asyncio.TaskGroup) -> None:
        """Answer the browser in a task of its own."""
        if len(self._talks) >= MOST_TALKS or wish.stream in self._talks:
            await self._supervisor.send(TalkRefused(wish.stream, f"Đang có {len(self._talks)} buổi nói trực tiếp."))
            return
        self._talks[wish.stream] = asyncio.Event()
        tasks.create_task(self._talk(wish), name=f"talk {wish.stream}")

    def close(self, stream: str) -> None:
        """Let it end."""
        if stream in self._talks:
            self._talks[stream].set()

    def close_all(self) -> None:
        """The supervisor is gone."""
        for closing in self._talks.values():
            closing.set()

    async def _talk(self, wish: OpenTalk) -> None:
        browser, voice = Browser(), Voice(wish.stream, self._supervisor.send)
        try:
            answer = await browser.answer(wish.offer)
            await self._supervisor.send(TalkOpened(wish.stream, voice.talk_key, answer))
            asked = await self._speak(wish.stream, browser, voice)
            await voice.end()
            await self._supervisor.send(TalkEnded(wish.stream, "" if asked else GONE))
        except FinalError as error:
            await self._supervisor.send(TalkRefused(wish.stream, str(error)))
        finally:
            del self._talks[wish.stream]
            await browser.close()

    async def _speak(self, stream: str, browser: Browser, voice: Voice) -> bool:
        """Until the browser goes (False) or the supervisor closes the talk (True)."""
        speaking = asyncio.create_task(_pass_on(browser, voice))
        closing = asyncio.create_task(self._talks[stream].wait())
        try:
            await asyncio.wait({speaking, closing}, return_when=asyncio.FIRST_COMPLETED)
            return self._talks[stream].is_set()
        finally:
            for task in (speaking, closing):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task


async def _pass_on(browser: Browser, voice: Voice) -> None:
    async for block in browser.blocks():
        await voice.say(block)
