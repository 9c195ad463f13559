"""The life of the talk child: opens talks when the supervisor says so, and closes them."""

import asyncio
from functools import partial

import msgspec

from edge.core.errors import FinalError
from edge.kernel.wire import Channel
from edge.kernel.wire.talk import CloseTalk, OpenTalk, TalkEnded, TalkOpened, TalkRefused, TalkSetup, ToTalk
from edge.workers.streams import Streams, set_up, until_closed
from edge.workers.talk.browser import Browser
from edge.workers.talk.voice import Voice

MOST_TALKS = 4
GONE = "Trình duyệt đã rời đi hoặc mất mạng."
_Supervisor = Channel[ToTalk, msgspec.Struct]


async def serve(supervisor: _Supervisor) -> None:
    """Serve until the supervisor is gone; then every talk ends with it."""
    if await set_up(supervisor, TalkSetup) is None:
        return
    async with asyncio.TaskGroup() as tasks:
        talks = Streams(tasks)
        async for message in supervisor:
            if isinstance(message, OpenTalk):
                await _open(message, talks, supervisor)
            elif isinstance(message, CloseTalk):
                talks.close(message.stream)
        talks.close_all()


async def _open(wish: OpenTalk, talks: Streams, supervisor: _Supervisor) -> None:
    if len(talks) >= MOST_TALKS or wish.stream in talks:
        await supervisor.send(TalkRefused(wish.stream, f"Đang có {len(talks)} buổi nói trực tiếp."))
        return
    talks.open(wish.stream, partial(_talk, wish, supervisor))


async def _talk(wish: OpenTalk, supervisor: _Supervisor, closing: asyncio.Event) -> None:
    browser, voice = Browser(), Voice(wish.stream, supervisor.send)
    try:
        answer = await browser.answer(wish.offer)
        await supervisor.send(TalkOpened(wish.stream, voice.talk_key, answer))
        asked = await until_closed(_pass_on(browser, voice), closing)
        await voice.end()
        await supervisor.send(TalkEnded(wish.stream, "" if asked else GONE))
    except FinalError as error:
        await supervisor.send(TalkRefused(wish.stream, str(error)))
    finally:
        await browser.close()


async def _pass_on(browser: Browser, voice: Voice) -> None:
    async for block in browser.blocks():
        await voice.say(block)
