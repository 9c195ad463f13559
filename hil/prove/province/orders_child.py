"""A box in a process of its own that takes commands and sends its events until it is killed."""

import asyncio
import sys
from pathlib import Path

from hil.prove.province.office import Box


async def main(folder: Path, url: str) -> None:
    """Run until the process ends."""
    async with Box(folder, url).running():
        sys.stdout.write("up\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
