"""The paper commune behind a real control server, in a thread of its own, for tests that block."""

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from edge.control.handlers.accounts import account_handlers
from edge.control.server import ControlServer
from edge.core.policy.rights import Role
from tests.web.accounts import opened_accounts
from tests.web.paper_archive import PaperArchive
from tests.web.paper_commune import PaperCommune, now_ms
from tests.web.scenery import busy

START_S = 5.0


@contextlib.contextmanager
def paper_supervisor(folder: Path, demanded: Collection[Role] = ()) -> Iterator[PaperCommune]:
    """Answers on ``folder/control`` while the block runs; ``demanded``: roles that need a code."""

    async def push(_: str, __: Any) -> None:
        return

    (folder / "clips").mkdir(exist_ok=True)
    commune = PaperCommune(busy(now_ms()), folder / "clips", push, PaperArchive(folder))

    async def serve() -> None:
        async with opened_accounts(folder / "molang.db", demanded) as accounts:
            table = commune.handlers() | account_handlers(accounts.door, accounts.office)
            await ControlServer(folder / "control", table, frozenset({os.getuid()}), accounts.door).run()

    loop = asyncio.new_event_loop()
    serving = loop.create_task(serve())
    thread = threading.Thread(target=_until_cancelled, args=(loop, serving))
    thread.start()
    try:
        _wait_for(folder / "control")
        yield commune
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join(START_S)
        commune.archive.close()


def _until_cancelled(loop: asyncio.AbstractEventLoop, serving: asyncio.Task[None]) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        loop.run_until_complete(serving)
    loop.close()


def _wait_for(path: Path) -> None:
    until = time.monotonic() + START_S
    while not path.exists():
        assert time.monotonic() < until, f"{path} did not appear"
        time.sleep(0.01)
