"""A child process for the tests: does what its environment says."""

import asyncio
import os

from edge.kernel.wire import Beat, Hello, inherited_socket, open_channel


async def main() -> None:
    channel = await open_channel(inherited_socket(), Hello | Beat)  # type: ignore[arg-type]
    await channel.send(Hello(os.getpid()))
    if os.environ["CHILD_DOES"] == "hang":
        await asyncio.sleep(600)
    if os.environ["CHILD_DOES"] == "rubbish":
        os.write(int(os.environ["MOLANG_CHANNEL_FD"]), b"\xff\xff\xff\xff")
        await asyncio.sleep(600)
    while await channel.receive() is not None:
        pass


asyncio.run(main())
