"""A process that opens incidents and closes horn reports until it is killed, and prints what it was promised."""

import asyncio
import itertools
import sys
from pathlib import Path

from edge.store.journal import Journal, Tx
from edge.store.orders import add_order, close_report
from tests.store.village import intrusion, open_journal, order, report

AT_ONCE = 8


async def main(database: Path) -> None:
    journal = await open_journal(database)
    (boot,) = await journal.with_connection(lambda c: c.execute("SELECT value FROM meta WHERE key = 'boot'").fetchone())
    await asyncio.gather(*(one_after_the_other(journal, boot, lane) for lane in range(AT_ONCE)))


async def one_after_the_other(journal: Journal, boot: str, lane: int) -> None:
    for number in itertools.count(lane, AT_ONCE):
        await journal.record(intrusion(f"{boot}-i{number}"))
        promised(f"{boot}-i{number}")
        await play(journal, f"{boot}-{number}")
        promised(f"{boot}-{number}/loa-1")


async def play(journal: Journal, number: str) -> None:
    """An order and its deed, and its answer twice: that is one report."""
    await journal.record(lambda tx: _ordered(tx, number))
    for _ in range(2):
        await journal.record(lambda tx: close_report(tx, report(number, "loa-1")))


def _ordered(tx: Tx, number: str) -> None:
    add_order(tx, order(number), ("loa-1",))
    tx.deed("lan", "duty", "order.play", number)


def promised(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
