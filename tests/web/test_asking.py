"""Long work at the supervisor takes some threads of the pages, never all of them."""

import asyncio
import re
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from flask import Flask

import web.door
from edge.control import protocol
from edge.core.errors import TransientError
from tests.web.stage import settings_in
from web import office, records, reports
from web.app import create_app
from web.asking import LONG_S, MOST_LONG, ask_unchecked
from web.cli import THREADS
from web.settings import WebSettings

_LENGTH = struct.Struct(">I")


@contextmanager
def slow_supervisor(settings: WebSettings, asked: threading.Semaphore, go_on: threading.Event) -> Iterator[None]:
    """A supervisor on the real socket that answers GetUpkeep at once and everything else when it is told to."""
    up, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        request = msgspec.json.decode(await reader.readexactly(length), type=protocol.AnyRequest)
        if not isinstance(request, protocol.GetState):
            asked.release()
            await asyncio.to_thread(go_on.wait, 20)
        body = msgspec.json.encode(protocol.Done({"ok": True}))
        writer.write(_LENGTH.pack(len(body)) + body)
        writer.close()

    async def serve() -> None:
        async with await asyncio.start_unix_server(answer, settings.control_socket):
            up.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    up.wait(5)
    try:
        yield
    finally:
        go_on.set()
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
        loop.close()


def asks(app: Flask, request: protocol.AnyRequest, deadline_s: float) -> object:
    with app.test_request_context("/"):
        return ask_unchecked(request, deadline_s)


def test_the_fourth_long_question_is_refused_at_once_and_short_ones_still_go(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    app = create_app(settings)
    long, short = protocol.VerifyAudit(user="An", role="leader"), protocol.GetState(user="wall", role="wall")
    asked, go_on = threading.Semaphore(0), threading.Event()
    with slow_supervisor(settings, asked, go_on), ThreadPoolExecutor(MOST_LONG) as threads:
        waiting = [threads.submit(asks, app, long, LONG_S + 5) for _ in range(MOST_LONG)]
        for _ in range(MOST_LONG):
            assert asked.acquire(timeout=10)
        with pytest.raises(TransientError, match="ba việc dài"):
            asks(app, long, LONG_S + 5)
        assert asks(app, short, 5.0) == {"ok": True}
        go_on.set()
        assert [one.result(10) for one in waiting] == [{"ok": True}] * MOST_LONG
        assert asks(app, long, LONG_S + 5) == {"ok": True}, "a place is free again"
    assert MOST_LONG < THREADS - 3


def test_nginx_waits_longer_than_the_longest_question_and_says_so_itself() -> None:
    template = (Path(web.door.__path__[0]) / "nginx.conf.template").read_text()
    patience_s = max(float(found) for found in re.findall(r"proxy_read_timeout (\d+)s", template))
    assert patience_s >= max(office.VERIFY_S, records.MAKE_DEADLINE_S, reports.MAKE_DEADLINE_S) + 10
