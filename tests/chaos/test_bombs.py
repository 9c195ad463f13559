"""Little that swells to much: a hub bears it from every side at once, in its own process, and goes on working."""

import asyncio
import gzip
import json
from pathlib import Path

import psutil

from edge.kernel.wire.event import MAX_PACKED_BYTES
from tests.hub.province import Province, event, free_port, packed

AT_ONCE, ROUNDS = 8, 2
MEGABYTE = 1024 * 1024
MOST_MORE_MB = 64
"""Eight bombs of 60 MB at once are 480 MB; bounded they cost a megabyte each, and what Python keeps of it."""
DEEP = 30_000


def bombs() -> list[bytes]:
    """Spaces without end, one event with an endless word, too many events, and brackets without a bottom."""
    word = json.dumps([event(1, data={"title": "x" * 60 * MEGABYTE})]).encode()
    made = [
        gzip.compress(b"[" + b" " * 60 * MEGABYTE + b"]"),
        gzip.compress(word),
        gzip.compress(json.dumps([event(number) for number in range(1, 2_000)]).encode()),
        gzip.compress(b"[" * DEEP + b"]" * DEEP),
    ]
    assert all(len(bomb) <= MAX_PACKED_BYTES for bomb in made), "it would be refused for its size alone"
    return made


async def test_a_hub_bears_bombs_from_all_sides_and_goes_on(province: Province) -> None:
    port = free_port()
    hub = await province.start_process(port)
    try:
        process = psutil.Process(hub.pid)
        assert (await province.post(port, packed([event(1)]))).status == 200
        before = process.memory_info().rss
        most = before
        for bomb in bombs():
            for _ in range(ROUNDS):
                answers = await asyncio.gather(*(province.post(port, bomb) for _ in range(AT_ONCE)))
                assert {answer.status for answer in answers} <= {400, 413}
                most = max(most, process.memory_info().rss, _peak(hub.pid))
        assert (await province.post(port, packed([event(2)]))).status == 200
    finally:
        hub.terminate()
        await hub.wait()
    assert (most - before) / MEGABYTE < MOST_MORE_MB


def _peak(pid: int) -> int:
    """The most memory that a process ever had, bytes (proc(5), VmHWM)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
