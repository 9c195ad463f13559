"""The supporter's shell on a real terminal: what is typed is told, before it is done and as it was typed."""

import contextlib
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.kernel.support_files import NOTES
from edge.support.shell import Lines
from hil.harness import ROOT


class Terminal:
    """A person at a keyboard, and the supervisor's ear."""

    def __init__(self, folder: Path, asked: str = "") -> None:
        self.ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.ear.bind(str(folder / NOTES))
        self.ear.settimeout(10)
        self.pid, self.keys = pty.fork()
        if self.pid == 0:
            words = [sys.executable, "-m", "edge", "support", "shell", "--wishes", str(folder)]
            env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SSH_ORIGINAL_COMMAND": asked, "TERM": "xterm"}
            os.execve(words[0], words, env)  # noqa: S606
        self.shown = b""

    def type(self, keys: bytes) -> None:
        os.write(self.keys, keys)

    def until(self, mark: bytes, within_s: float = 15.0) -> None:
        end = time.monotonic() + within_s
        while mark not in self.shown:
            left_s = end - time.monotonic()
            assert left_s > 0, self.shown
            if select.select([self.keys], [], [], left_s)[0]:
                self.shown += os.read(self.keys, 4096)

    def heard(self) -> bytes:
        return self.ear.recv(65536)

    def ended(self) -> int:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                if select.select([self.keys], [], [], 0.05)[0]:
                    self.shown += os.read(self.keys, 4096)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
        raise AssertionError(self.shown)

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.keys)
        self.ear.close()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    one = Terminal(tmp_path)
    try:
        yield one
    finally:
        one.close()


def test_every_line_is_told_and_done(terminal: Terminal) -> None:
    terminal.until(b"$ ")
    assert "ghi vào nhật ký".encode() in terminal.shown
    terminal.type(b"echo mot-$((40 + 2))\r")
    assert terminal.heard() == b"echo mot-$((40 + 2))"
    terminal.until(b"mot-42")
    terminal.type(b"exit 3\r")
    assert terminal.ended() == 3


def test_what_was_rubbed_out_is_told_too(terminal: Terminal) -> None:
    terminal.until(b"$ ")
    terminal.type(b"echo xau\x15echo tot-$((1+1))\r")
    assert terminal.heard() == b"echo xau^Uecho tot-$((1+1))"
    terminal.until(b"tot-2")
    terminal.type(b"\x04")
    assert terminal.heard() == b"^D"
    terminal.ended()


def test_the_shell_has_nothing_of_its_callers_surroundings(terminal: Terminal) -> None:
    terminal.until(b"$ ")
    terminal.type(b"env | sort | tr '\\n' ' '; echo het\r")
    terminal.until(b"het\r\n")
    assert b"PYTHONPATH" not in terminal.shown
    assert b"SSH_ORIGINAL_COMMAND" not in terminal.shown


def test_whoever_ends_the_recorder_has_ended_his_session(terminal: Terminal) -> None:
    terminal.until(b"$ ")
    terminal.type(b"trap '' HUP; kill -9 $PPID; echo con-song\r")
    assert terminal.ended() == -signal.SIGKILL


def test_one_command_is_told_whole(tmp_path: Path) -> None:
    one = Terminal(tmp_path, "echo tra-loi; exit 5")
    try:
        assert one.heard() == b"$ echo tra-loi; exit 5"
        assert one.ended() == 5
        assert b"tra-loi" in one.shown
    finally:
        one.close()


def test_without_a_terminal_there_is_no_session() -> None:
    words = [sys.executable, "-m", "edge", "support", "shell"]
    done = subprocess.run(words, input=b"ls\n", capture_output=True, timeout=30, check=False)
    assert done.returncode == 1
    assert "ssh -t" in done.stderr.decode()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (b"ls\r", [b"ls"]),
        (b"ls", []),
        (b"a\x7fb\r", ["a⌫b".encode()]),
        (b"\x1b[A\r", [b"^[[A"]),
        (b"rm\x03", [b"rm^C"]),
        (b"\r\n\r", []),
        ("đi\r".encode(), ["đi".encode()]),
        (b"x" * 9000, [b"x" * 8192]),
    ],
)
def test_lines_are_what_was_typed(typed: bytes, told: list[bytes]) -> None:
    found: list[bytes] = []
    Lines(found.append).take(typed)
    assert found == told
