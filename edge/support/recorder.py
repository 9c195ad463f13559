"""Between a supporter and his shell: whatever is typed is written down before it goes on.

It runs as another user than the shell, which the shell can neither stop nor look into, and holds the only way to it: a
socket behind which systemd starts one for this session (edge.support.guest). Lines are what was typed, not what it did.
"""

import contextlib
import os
import select
import signal
import socket
import sys
import syslog
import termios
import time
import tty
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import msgspec

from edge.core.errors import FinalError
from edge.kernel.support_files import MOST_LINE
from edge.support.guest import CHUNK, Hello, put

LONGEST_TYPED = 8192
IDLE_S = 1.0
"""So long may what was typed stand without an end before it is told."""
MOST_WAITING = 1000
LAST_WORDS_S = 3.0
ENDS = b"\r\n\x03\x04"
GREETING = """
Hộp của xã — hỗ trợ từ xa. Mọi dòng gõ ở đây được ghi vào nhật ký việc làm của xã.
Tài khoản này chỉ xem: không đọc khoá, kho dữ liệu, cấu hình; không có mạng; không đổi được gì.
  cat /run/molang-doctor/doctor.txt     kết quả khám hộp lúc mở (molang doctor)
  cat /run/molang-doctor/units.txt      tình trạng các dịch vụ lúc mở
  journalctl -u 'molang*' -e            nhật ký của các dịch vụ

"""


class Notes:
    """To the journal at once; to the supervisor, who writes the commune's audit log, as soon as it lives."""

    def __init__(self, path: Path) -> None:
        syslog.openlog("molang-support", syslog.LOG_PID, syslog.LOG_AUTH)
        self._path = str(path)
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._waiting: deque[bytes] = deque()

    def tell(self, line: bytes) -> None:
        """A line, in pieces if it is long. Raises FinalError when nobody listens for too many."""
        line = line.strip()
        for at in range(0, len(line), MOST_LINE):
            piece = line[at : at + MOST_LINE]
            syslog.syslog(syslog.LOG_NOTICE, piece.decode("utf-8", "replace").replace("\0", ""))
            self._waiting.append(piece)
        self.send()
        if len(self._waiting) > MOST_WAITING:
            raise FinalError("Bộ điều khiển không ghi được nữa: phiên này kết thúc.")

    def send(self) -> None:
        """What waits, for as long as somebody takes it."""
        with contextlib.suppress(OSError):
            while self._waiting:
                self._sock.sendto(self._waiting[0], self._path)
                self._waiting.popleft()

    def last(self, within_s: float = LAST_WORDS_S) -> None:
        """The session ends: try for a while."""
        end = time.monotonic() + within_s
        self.send()
        while self._waiting and time.monotonic() < end:
            time.sleep(0.1)
            self.send()


class Lines:
    """Typed bytes, gathered to lines. Keys that erase are told, not obeyed: nobody can rub out what the shell got."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._line = bytearray()

    def take(self, typed: bytes) -> None:
        """What came from the keyboard."""
        for one in typed:
            is_end = one in ENDS
            if not is_end or one < 0x0A:
                self._line += _shown(one)
            if is_end or len(self._line) >= LONGEST_TYPED:
                self.flush()

    def flush(self) -> None:
        """Tell what stands there, ended or not."""
        if self._line:
            line = bytes(self._line)
            self._line.clear()
            self._notes.tell(line)


def _shown(key: int) -> bytes:
    """As people read it: ^C, ^U, ⌫."""
    if key == 0x7F:
        return "⌫".encode()
    return bytes((0x5E, key + 0x40)) if key < 0x20 else bytes((key,))


def record(asked: str, notes: Notes, shell: Path) -> None:
    """A session until it ends. ``asked``: one command instead of a shell. Raises FinalError."""
    if not sys.stdin.isatty():
        raise FinalError("Hãy vào bằng `ssh -t`: ở đây chỉ có phiên với bàn phím, để ghi lại từng dòng.")
    if not asked:
        os.write(sys.stdout.fileno(), GREETING.encode())
    size = os.get_terminal_size(sys.stdin.fileno())
    lines = Lines(notes)
    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, _leave)
    try:
        if asked:
            notes.tell(f"$ {asked}".encode())
        with _raw(sys.stdin.fileno()), _reached(shell) as line:
            hello = Hello(size.lines, size.columns, os.environ.get("TERM", "dumb"), asked)
            line.sendall(msgspec.json.encode(hello) + b"\n")
            _carry(line, lines, notes)
    finally:
        lines.flush()
        notes.last()


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


@contextlib.contextmanager
def _reached(shell: Path) -> Iterator[socket.socket]:
    line = socket.socket(socket.AF_UNIX)
    try:
        line.connect(str(shell))
        yield line
    except OSError as cause:
        raise FinalError(f"Không mở được phiên: {cause}.") from cause
    finally:
        line.close()


@contextlib.contextmanager
def _raw(ours: int) -> Iterator[None]:
    """The person's terminal gives every key at once."""
    before = termios.tcgetattr(ours)
    tty.setraw(ours)
    try:
        yield
    finally:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(ours, termios.TCSAFLUSH, before)


def _carry(line: socket.socket, lines: Lines, notes: Notes) -> None:
    """Keys to the shell, what it shows to the person, until either is gone."""
    ours, shown = sys.stdin.fileno(), sys.stdout.fileno()
    while True:
        ready, _, _ = select.select([ours, line], [], [], IDLE_S)
        if not ready:
            lines.flush()
            notes.send()
        if line in ready:
            said = line.recv(CHUNK)
            if not said:
                return
            put(shown, said)
        if ours in ready:
            typed = os.read(ours, CHUNK)
            if not typed:
                return
            lines.take(typed)  # first: what was done is never missing where it is written down
            line.sendall(typed)
