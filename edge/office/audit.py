"""The audit log reckoned anew, by ``molang audit verify`` in a process of its own: a million lines take a while."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from edge.control.protocol import VerifyAudit
from edge.core.errors import TransientError

DEADLINE_S = 100.0
MOST_PROBLEMS = 50


class AuditReader:
    """``file`` is the box's settings file. One examination at a time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._turn = asyncio.Lock()

    async def verify(self, request: VerifyAudit) -> dict[str, Any]:
        """What is wrong, and how far the log is signed; raises TransientError when it takes too long."""
        if self._turn.locked():
            raise TransientError("Nhật ký đang được kiểm tra rồi; hãy đợi lần đó xong.")
        async with self._turn:
            found = await _examined(self._file)
        return {**found, "problems": found["problems"][:MOST_PROBLEMS]}


async def _examined(file: Path) -> dict[str, Any]:
    command = ("-m", "edge", "audit", "verify", "--json", "--config", str(file))
    process = await asyncio.create_subprocess_exec(
        "nice", "-n", "10", sys.executable, *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(DEADLINE_S):
            told, _ = await process.communicate()
        found: dict[str, Any] = json.loads(told)
    except TimeoutError as cause:
        raise TransientError("Kiểm tra nhật ký chưa xong trong thời hạn: hãy chạy `molang audit verify`.") from cause
    except json.JSONDecodeError as cause:
        raise TransientError("Không kiểm tra được nhật ký lúc này: hãy chạy `molang audit verify`.") from cause
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return found
