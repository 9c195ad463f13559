"""A supporter's session: recorder and shell, two processes on a real terminal and a real socket."""

import contextlib
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.core.errors import FinalError
from edge.kernel.support_files import NOTES
from edge.support.guest import serve
from edge.support.recorder import Lines, Notes
from hil.harness import ROOT


class Heard(Notes):
    """What would be told, as it comes."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.heard: list[bytes] = []

    def tell(self, line: bytes) -> None:
        self.heard.append(line)


class Terminal:
    """A person at a keyboard, the supervisor's ear, and what systemd does for the shell's socket."""

    def __init__(self, folder: Path, asked: str = "") -> None:
        self.folder = folder
        self.ear = self.listen()
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(str(folder / "shell.sock"))
        self.door.listen()
        self.shell: subprocess.Popen[bytes] | None = None
        threading.Thread(target=self._serve, daemon=True).start()
        self.pid, self.keys = pty.fork()
        if self.pid == 0:
            words = [sys.executable, "-m", "edge", "support", "door", "--wishes", str(folder)]
            words += ["--shell", str(folder / "shell.sock")]
            env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SSH_ORIGINAL_COMMAND": asked, "TERM": "xterm"}
            os.execve(words[0], words, env)  # noqa: S606
        self.shown = b""

    def listen(self) -> socket.socket:
        ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        ear.bind(str(self.folder / NOTES))
        ear.settimeout(10)
        return ear

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            line, _ = self.door.accept()
            words = [sys.executable, "-m", "edge", "support", "guest"]
            self.shell = subprocess.Popen(
                words, stdin=line.fileno(), stdout=line.fileno(), env={**os.environ, "PYTHONPATH": str(ROOT)}
            )
            line.close()

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
        self.door.close()
        if self.shell is not None:
            self.shell.kill()
            self.shell.wait(10)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    one = Terminal(tmp_path)
    try:
        yield one
    finally:
        one.close()


def test_every_line_is_told_and_done(terminal: Terminal) -> None:
    terminal.until(b"ho-tro@hop")
    assert "ghi vào nhật ký".encode() in terminal.shown
    terminal.type(b"echo mot-$((40 + 2))\r")
    assert terminal.heard() == b"echo mot-$((40 + 2))"
    terminal.until(b"mot-42")
    terminal.type(b"exit\r")
    assert terminal.ended() == 0


def test_what_was_rubbed_out_is_told_too(terminal: Terminal) -> None:
    terminal.until(b"ho-tro@hop")
    terminal.type(b"echo xau\x15echo tot-$((1+1))\r")
    assert terminal.heard() == b"echo xau^Uecho tot-$((1+1))"
    terminal.until(b"tot-2")
    terminal.type(b"\x04")
    assert terminal.heard() == b"^D"
    terminal.ended()


def test_the_shell_has_nothing_of_its_callers_surroundings(terminal: Terminal) -> None:
    terminal.until(b"ho-tro@hop")
    terminal.type(b"env | sort | tr '\\n' ' '; echo het\r")
    terminal.until(b"het\r\n")
    assert b"PYTHONPATH" not in terminal.shown
    assert b"SSH_ORIGINAL_COMMAND" not in terminal.shown


def test_whoever_ends_the_recorder_has_ended_the_shell(terminal: Terminal) -> None:
    terminal.until(b"ho-tro@hop")
    os.kill(terminal.pid, signal.SIGKILL)
    assert terminal.ended() == -signal.SIGKILL
    assert terminal.shell is not None
    assert terminal.shell.wait(10) == 0


def test_what_has_no_end_is_told_after_a_second(terminal: Terminal) -> None:
    terminal.until(b"ho-tro@hop")
    terminal.type(b"stty eol %; cat >/dev/null\r")
    assert terminal.heard() == b"stty eol %; cat >/dev/null"
    terminal.type(b"khong co dau xuong dong%")
    assert terminal.heard() == b"khong co dau xuong dong%"


def test_what_stands_there_when_the_line_is_cut_is_told(terminal: Terminal) -> None:
    terminal.until(b"ho-tro@hop")
    terminal.type(b"do dang")
    time.sleep(0.3)
    os.kill(terminal.pid, signal.SIGHUP)
    assert terminal.heard() == b"do dang"


def test_lines_wait_for_a_supervisor_that_starts_again(terminal: Terminal) -> None:
    terminal.until(b"ho-tro@hop")
    terminal.ear.close()
    (terminal.folder / NOTES).unlink()
    terminal.type(b"echo mot\r")
    terminal.until(b"\nmot\r")
    terminal.ear = terminal.listen()
    assert terminal.heard() == b"echo mot"


def test_one_command_is_told_whole(tmp_path: Path) -> None:
    one = Terminal(tmp_path, f"echo tra-loi; true {'x' * 700}")
    try:
        assert one.heard() + one.heard() == f"$ echo tra-loi; true {'x' * 700}".encode()
        assert one.ended() == 0
        assert b"tra-loi" in one.shown
    finally:
        one.close()


@pytest.mark.parametrize(
    "said", [b"", b"{}\n", b'{"rows": 24, "columns": 80, "term": "a b", "command": ""}\n', b"x" * 70_000]
)
def test_a_shell_that_is_not_asked_for_rightly_is_not_given(said: bytes) -> None:
    ours, theirs = socket.socketpair()
    ours.sendall(said)
    ours.shutdown(socket.SHUT_WR)
    with ours, theirs, pytest.raises(FinalError, match="không bắt đầu"):
        serve(theirs)


def test_without_a_terminal_there_is_no_session() -> None:
    words = [sys.executable, "-m", "edge", "support", "door"]
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
def test_lines_are_what_was_typed(tmp_path: Path, typed: bytes, told: list[bytes]) -> None:
    notes = Heard(tmp_path / "nobody")
    Lines(notes).take(typed)
    assert notes.heard == told


def test_blanks_hide_nothing(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(tmp_path / NOTES))
        Notes(tmp_path / NOTES).tell(b" " * 600 + b"cat /etc/shadow")
        assert ear.recv(4096) == b"cat /etc/shadow"
