"""A process that opens incidents whatever the disk does, and prints which were kept and which were refused."""

import asyncio
import itertools
import logging
import sys
from pathlib import Path

from edge.core.errors import TransientError
from edge.store.journal import Journal
from tests.store.village import intrusion, open_journal

AT_ONCE = 4


async def main(database: Path) -> None:
    logging.disable(logging.CRITICAL)
    journal = await open_journal(database)
    async with asyncio.TaskGroup() as group:
        for lane in range(AT_ONCE):
            group.create_task(one_after_the_other(lane, journal.new_id().split("-")[0], journal))


async def one_after_the_other(lane: int, boot: str, journal: Journal) -> None:
    for number in itertools.count(lane + 1, AT_ONCE):
        name = f"{boot}-{number}"
        try:
            await journal.record(intrusion(name))
        except TransientError:
            sys.stdout.write(f"refused {name}\n")
            await asyncio.sleep(0.01)
        else:
            sys.stdout.write(f"kept {name}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
