"""Starts boxes by forking: five hundred starts cost minutes, not an hour.

    python -m hil.prove.province.survival.nursery

One line of JSON on its input asks for a box, {database, source, hub, drain, said: path of a FIFO}; its answer is
one line: the number of the new process. What it forks has all modules loaded, and is a process like any other from then
on.
"""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType

import msgspec

from hil.harness import ROOT, python
from hil.prove.province.survival.box import Asked, live

STOP_S = 10.0
MOST_WORDS = 1500


class Nursery:
    """Open it with ``with``. Several threads may ask; their boxes die with it."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._asking = threading.Lock()

    def __enter__(self) -> "Nursery":
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                python(__name__), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(STOP_S)

    def start(self, asked: Asked) -> int:
        """The process number of a new box; raises OSError when the nursery is dead."""
        with self._asking:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(msgspec.json.encode(asked, enc_hook=str) + b"\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        if not answer:
            raise OSError(f"the nursery is dead; see {self._log}")
        return int(answer)

    def last_words(self) -> str:
        """What boxes complained of, the end of it."""
        return self._log.read_text("utf-8", "replace")[-MOST_WORDS:]


def main() -> None:
    """Fork a box for each line, until the input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: they vanish when they die
    for line in sys.stdin.buffer:
        asked = msgspec.json.decode(line, type=Asked, dec_hook=_path)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            live(asked)
            os._exit(0)
        os.write(1, f"{pid}\n".encode())


def _path(kind: type, text: str) -> Path:
    """The only things in it that JSON does not know."""
    assert kind is Path
    return Path(text)


if __name__ == "__main__":
    main()
