"""Those who read the same streams beside our box: the reference that users would run, and programs that only read."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hil.bench.eyes.tree import Tree
from hil.bench.outcome import BenchUnavailableError
from hil.harness import ROOT, python

READY_S, END_S = 40.0, 5.0
LOOK_EVERY_S = 0.5


class Contender:
    """A program that answers each line with one of its own; `tree` counts what it uses."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.tree = Tree([process.pid])

    def ask(self) -> str:
        """Its line. Raises BenchUnavailableError when it ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise BenchUnavailableError("the other contender ended")
        return line

    def pictures(self) -> int:
        """How many it has read."""
        line = self.ask().strip()
        return int(line) if line.isdecimal() else int(line.partition('"pictures": ')[2].partition(",")[0])

    def wait_for_pictures(self, count: int) -> None:
        """Until it has read so many. Raises BenchUnavailableError."""
        until = time.monotonic() + READY_S
        while self.pictures() < count:
            if time.monotonic() > until:
                raise BenchUnavailableError(f"the other contender read fewer than {count} pictures")
            time.sleep(LOOK_EVERY_S)


@contextmanager
def reference(urls: Sequence[str]) -> Iterator[Contender]:
    """`hil/bench/reference.py` on these streams."""
    yield from _running("hil.bench.reference", *urls)


@contextmanager
def demux_only(urls: Sequence[str]) -> Iterator[Contender]:
    """One process that reads the packets and does nothing with them."""
    yield from _running("hil.bench.decode_only", "--packets", *urls)


def _running(module: str, *arguments: str) -> Iterator[Contender]:
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        python(module, *arguments),
        cwd=ROOT,
        stdin=pipe,
        stdout=pipe,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield Contender(process)
    finally:
        _end(process)


def _end(process: "subprocess.Popen[str]") -> None:
    """It ends its own children when its input ends."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
