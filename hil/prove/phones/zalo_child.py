"""A process that sends one message by Zalo and can be killed at each of its steps.

    python -m hil.prove.phones.zalo_child SETTINGS-JSON KILL-AT

Every touch of the token folder and every connection is a step (the interpreter's own audit events tell of them, so the
driver needs no hook for this). Before step number KILL-AT the process kills itself with signal 9; with 0 it sends and
prints the names of its steps.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from drivers.base import Message
from drivers.devices.notifier_zalo import Settings, setup

EVENTS = frozenset({"open", "os.rename", "os.remove", "fcntl.flock", "socket.connect"})
MESSAGE = Message("1-7-2", "0912345678", "BÁO ĐỘNG 2: sông Minh 2,31m lúc 7h.", urgent=True)


class Steps:
    """Counts the steps, and ends everything before the one that was named."""

    def __init__(self, folder: Path, kill_at: int) -> None:
        self.names: list[str] = []
        self._folder = str(folder)
        self._kill_at = kill_at

    def hear(self, event: str, given: tuple[object, ...]) -> None:
        """One audit event."""
        if event not in EVENTS or (event == "open" and not self._ours(given[0])):
            return
        self.names.append(f"{event} {Path(str(given[0])).name}" if event == "open" else event)
        if len(self.names) == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def _ours(self, path: object) -> bool:
        return isinstance(path, str | os.PathLike) and str(path).startswith(self._folder)


async def send(settings: Settings, steps: Steps) -> None:
    """One message, from the first look at the tokens to Zalo's answer."""
    notifier = await setup(settings)
    sys.addaudithook(steps.hear)
    try:
        await notifier.send(MESSAGE)
    finally:
        await notifier.close()


def main() -> None:
    """As the line above says."""
    settings = Settings(**json.loads(sys.argv[1]))
    steps = Steps(Path(settings.token_file).parent, int(sys.argv[2]))
    asyncio.run(send(settings, steps))
    sys.stdout.write(json.dumps(steps.names))


if __name__ == "__main__":
    main()
