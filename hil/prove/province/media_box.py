"""The box's media part as a process of its own, so that it can be killed: sends one file, and ends when it is there.

python -m hil.prove.province.media_box --data D --file c.mp4 --url https://… --ca … --cert … --key …
"""

import asyncio
from functools import partial
from pathlib import Path

import click

from edge.config.schema import Hub
from edge.kernel.clock import SystemClock
from edge.kernel.wire.export import BlurSetup
from edge.store.journal import Journal, Tx
from edge.store.media_queue import media_backlog, offer
from edge.sync.media.concealing import Privacy
from edge.sync.media.rule import Rule
from edge.sync.media.service import MediaSync

LOOK_S = 0.1


async def send(data: Path, file: str, hub: Hub) -> None:
    """Send it; what an earlier start of this box began is gone on with."""
    journal = await Journal.open(data / "box.db", SystemClock())
    await journal.record(partial(_offer_once, file=file))
    media = MediaSync(hub, data, Rule(), Privacy(BlurSetup("", "", ())), journal)
    task = asyncio.create_task(media.run())
    try:
        while not (await journal.record(media_backlog)).sent:  # noqa: ASYNC110 - the store sets no event
            await asyncio.sleep(LOOK_S)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        journal.close()
    print(media.status.sent_bytes, flush=True)  # noqa: T201 - whoever started us reads it


def _offer_once(tx: Tx, file: str) -> None:
    if tx.row("SELECT 1 FROM media_upload") is None:
        offer(tx, file, "clip", "1-77", "1-80", by="command")


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True)
@click.option("--file", required=True)
@click.option("--url", required=True)
@click.option("--ca", required=True)
@click.option("--cert", required=True)
@click.option("--key", required=True)
def main(data: Path, file: str, url: str, ca: str, cert: str, key: str) -> None:
    """Send a file."""
    asyncio.run(send(data, file, Hub(url=url, ca=ca, cert=cert, key=key)))


if __name__ == "__main__":
    main()
