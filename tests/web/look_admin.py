"""Runs the pages of the office until Ctrl-C, to look at: ``python -m tests.web.look_admin FOLDER``."""

import asyncio
import contextlib
import sys
from functools import partial
from pathlib import Path

from tests.web.admin_office import admin_office
from tests.web.paper_commune import now_ms
from tests.web.scenery import busy
from tests.web.stage import PASSWORD, stage


async def main(folder: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        now = busy(now_ms())
        office = await stack.enter_async_context(admin_office(folder, {name: partial(now.get, name) for name in now}))
        running = await stack.enter_async_context(stage(folder, now, {}, office.handlers))
        print(f"{running.url} password {PASSWORD}", flush=True)  # noqa: T201
        async with asyncio.TaskGroup() as group:
            group.create_task(office.book.run())
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
