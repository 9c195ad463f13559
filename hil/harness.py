"""Starts the programs of the simulated commune, starts again those that systemd would, and leaves nothing behind."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parent.parent
TEND_EVERY_S = 0.05
RESTART_WAIT_S = (0.2, 0.5, 1.0, 2.0)
"""As RestartSec with steps: the first restart comes soon, a program that keeps falling waits longer."""
CALM_S = 10.0
STOP_S = 10.0
READY_EVERY_S = 0.05


def python(module: str, *arguments: object) -> list[str]:
    """The command that runs a module with the Python that runs us."""
    return [sys.executable, "-m", module, *map(str, arguments)]


class NotReadyError(Exception):
    """A program did not become ready in time, or ended before; the text ends with its last log lines."""


@dataclass(frozen=True, slots=True)
class Program:
    """One program. `ready` tells whether it does its work; `restart` is what systemd would do with it."""

    name: str
    command: Sequence[str]
    ready: Callable[[], bool] = lambda: True
    ready_s: float = 20.0
    restart: bool = False
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Running:
    program: Program
    process: "subprocess.Popen[bytes]"
    began: float
    restarts: int = 0
    falls: int = 0
    again_at: float | None = None
    off: bool = False
    """Somebody switched it off: nobody starts it again by himself."""


class Harness:
    """Programs by name, each with a log file of its own. Use as ``with Harness(folder) as harness``."""

    def __init__(self, log_folder: Path) -> None:
        self._logs = log_folder
        self._running: dict[str, _Running] = {}
        self._lock = threading.Lock()
        self._stopping = False
        self._ended = threading.Event()
        self._keeper = threading.Thread(target=self._tend, name="keeper", daemon=True)

    def __enter__(self) -> "Harness":
        self._logs.mkdir(parents=True, exist_ok=True)
        self._keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, program: Program) -> None:
        """Start it now; does not wait until it is ready."""
        with self._lock:
            self._running[program.name] = _Running(program, self._spawn(program), time.monotonic())

    def start_again(self, name: str) -> None:
        """Start a program that ended and that nobody starts again, as it was."""
        self.start(self._running[name].program)

    def wait_ready(self, name: str) -> float:
        """Wait until it is ready, and return how long that took. Raises NotReadyError."""
        began = time.monotonic()
        running = self._running[name]
        while not running.program.ready():
            gone = running.process.poll() is not None and not running.program.restart
            if gone or time.monotonic() - began > running.program.ready_s:
                what = "đã dừng" if gone else f"chưa sẵn sàng sau {running.program.ready_s:.0f} s"
                raise NotReadyError(f"{name} {what}:\n{self.tail(name)}")
            time.sleep(READY_EVERY_S)
        return time.monotonic() - began

    def pid(self, name: str) -> int | None:
        """Its process number, or None while it is down."""
        with self._lock:
            process = self._running[name].process
            return process.pid if process.poll() is None else None

    def restarts(self, name: str) -> int:
        """How often it was started again."""
        return self._running[name].restarts

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to the program itself, not to its children; returns the pid. Raises ProcessLookupError."""
        pid = self.pid(name)
        if pid is None:
            raise ProcessLookupError(name)
        os.kill(pid, number)
        return pid

    def end(self, name: str) -> None:
        """Stop it as systemd would, and leave it off until `start_again`."""
        with self._lock:
            running = self._running[name]
            running.off = True
        _stop(running.process)

    def names(self) -> list[str]:
        """All programs, in the order of their start."""
        return list(self._running)

    def log_path(self, name: str) -> Path:
        """Where its output goes."""
        return self._logs / f"{name}.log"

    def tail(self, name: str, lines: int = 15) -> str:
        """The last lines of its log."""
        return "\n".join(self.log_path(name).read_text("utf-8", "replace").splitlines()[-lines:])

    def stop(self) -> None:
        """Stop everything, the last started first: SIGTERM, a deadline, SIGKILL. Safe to call twice."""
        with self._lock:
            self._stopping = True
        for name in reversed(list(self._running)):
            _stop(self._running.pop(name).process)
        self._ended.set()  # not before: the death of the thread that started a program is its SIGTERM, see _spawn
        if self._keeper.is_alive():
            self._keeper.join()

    def _spawn(self, program: Program) -> "subprocess.Popen[bytes]":
        # A session of its own: Ctrl-C reaches only the harness, which then stops the programs in order. If the
        # harness itself is killed, the kernel ends them (prctl PR_SET_PDEATHSIG, set by util-linux' setpriv).
        with self.log_path(program.name).open("ab") as log:
            return subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *program.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **program.env},
                cwd=ROOT,
                start_new_session=True,
            )

    def _tend(self) -> None:
        while not self._ended.wait(TEND_EVERY_S):
            with self._lock:
                for running in () if self._stopping else self._running.values():
                    self._tend_one(running, time.monotonic())

    def _tend_one(self, running: _Running, now: float) -> None:
        if running.off or not running.program.restart or running.process.poll() is None:
            return
        if running.again_at is None:
            running.falls = 0 if now - running.began > CALM_S else running.falls
            running.again_at = now + RESTART_WAIT_S[min(running.falls, len(RESTART_WAIT_S) - 1)]
            running.falls += 1
        elif now >= running.again_at:
            running.process, running.began, running.again_at = self._spawn(running.program), now, None
            running.restarts += 1


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_S)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # whatever it left in its session's first group
    process.wait()
