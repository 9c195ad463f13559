"""Runs the pages with a busy evening until Ctrl-C, to look at: ``python -m tests.web.look FOLDER``."""

import asyncio
import contextlib
import sys
from pathlib import Path

import msgspec

from tests.web.paper_commune import now_ms
from tests.web.scenery import busy
from tests.web.scenery_eyes import eyes, history
from tests.web.stage import PASSWORD, WALL_TOKEN, stage
from tests.workers.live.fake_shard import FakeShard, Footage, annexb_footage, film

SHARED = Path(__file__).parents[3] / "shared" / "assets" / "video"


async def main(folder: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        packets = {}
        for camera, clip in (
            ("cau-treo", "one-by-one-person-detection"),
            ("nga-ba", "car-detection"),
            ("cong-ubnd", ""),
        ):
            file = SHARED / f"{clip}.mp4"
            footage = annexb_footage(file.read_bytes() if file.exists() else film())
            if not clip:
                footage = Footage(msgspec.structs.replace(footage.head, codec="hevc"), footage.packets)
            shard = FakeShard(folder / camera, footage, for_ever=True, pause_s=0.1)
            packets[camera] = (await stack.enter_async_context(shard.listening())).path
        now = now_ms()
        running = await stack.enter_async_context(stage(folder, {**busy(now), **eyes(now)}, packets))
        history(running.commune.archive, now)
        print(f"{running.url} token {WALL_TOKEN} password {PASSWORD}", flush=True)  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
