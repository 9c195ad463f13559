"""A process that takes orders as a node does until the power is cut, and prints each once it is kept."""

import asyncio
import itertools
import sys
from pathlib import Path

from edge.core.broadcast import OrderId
from edge.node.window import Place, ReplayWindow

KEY, EPOCH = "k1", 1


async def main(path: Path) -> None:
    window = ReplayWindow(path)
    for seq in itertools.count(1):
        order = OrderId(EPOCH, seq)
        if window.place(KEY, order) is Place.NEW:
            window.mark(KEY, order)
            await window.keep()
            if window.fault:  # it is in memory only: no promise
                raise SystemExit(window.fault)
            sys.stdout.write(f"{seq}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
