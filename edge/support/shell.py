"""The shell of a supporter: a bash on a terminal of its own, whose every typed line is written down elsewhere.

It stands between the person and the shell: who ends it has ended his session. Lines are what was typed, not what
that did.
"""

import contextlib
import fcntl
import os
import pty
import select
import signal
import socket
import struct
import sys
import syslog
import termios
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

from edge.core.errors import FinalError
from edge.kernel.support_files import MOST_LINE

CHUNK = 4096
LONGEST_TYPED = 8192
BASH = ("/bin/bash", "--noprofile", "--norc", "--noediting")
ENDS = b"\r\n\x03\x04"
GREETING = """
Hộp của xã — hỗ trợ từ xa. Mọi dòng gõ ở đây được ghi vào nhật ký việc làm của xã.
Tài khoản này chỉ xem: không đọc khoá, kho dữ liệu, cấu hình; không có mạng; không đổi được gì.
  cat /run/molang-doctor/doctor.txt     kết quả khám hộp lúc mở (molang doctor)
  journalctl -u 'molang*' -e            nhật ký của các dịch vụ
  systemctl status 'molang*'            tình trạng các dịch vụ

"""
Tell = Callable[[bytes], None]


class Lines:
    """Typed bytes, gathered to lines. Keys that erase are told, not obeyed: nobody can rub out what the shell got."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
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
        """Tell what stands there."""
        if self._line:
            self._tell(bytes(self._line))
            self._line.clear()


def _shown(key: int) -> bytes:
    """As people read it: ^C, ^U, ⌫."""
    if key == 0x7F:
        return "⌫".encode()
    return bytes((0x5E, key + 0x40)) if key < 0x20 else bytes((key,))


def teller(notes: Path) -> Tell:
    """To the journal, and to the supervisor if it lives: it writes the commune's audit log."""
    syslog.openlog("molang-support", syslog.LOG_PID, syslog.LOG_AUTH)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)

    def tell(line: bytes) -> None:
        syslog.syslog(syslog.LOG_NOTICE, line.decode("utf-8", "replace").replace("\0", ""))
        with contextlib.suppress(OSError):
            sock.sendto(line[:MOST_LINE], str(notes))

    return tell


def run_shell(asked: str, tell: Tell) -> int:
    """A session until it ends; its exit code. ``asked``: one command instead of a shell. Raises FinalError."""
    if not sys.stdin.isatty():
        raise FinalError("Hãy vào bằng `ssh -t`: ở đây chỉ có phiên với bàn phím, để ghi lại từng dòng.")
    if asked:
        tell(f"$ {asked}".encode())
    else:
        os.write(sys.stdout.fileno(), GREETING.encode())
    words = [*BASH, *(("-c", asked) if asked else ())]
    child, terminal = pty.fork()
    if child == 0:
        _become(words)
    lines = Lines(tell)
    with _raw(sys.stdin.fileno(), terminal):
        _carry(terminal, lines)
    lines.flush()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) & 0xFF


def _become(words: list[str]) -> None:
    """In the child: nothing of ours stays."""
    clean = {name: os.environ[name] for name in ("TERM", "USER", "LOGNAME") if name in os.environ}
    clean |= {
        "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        "LANG": "C.UTF-8",
        "HOME": "/tmp",  # noqa: S108 - the unit's own
        "SHELL": words[0],
    }
    clean |= {"PS1": "ho-tro@hop:\\w$ ", "HISTFILE": "/dev/null", "PAGER": "cat", "SYSTEMD_PAGER": "cat"}
    with contextlib.suppress(OSError):
        os.chdir("/tmp")  # noqa: S108
    try:
        os.execve(words[0], words, clean)  # noqa: S606 - the very purpose
    finally:
        os._exit(127)


@contextlib.contextmanager
def _raw(ours: int, theirs: int) -> Iterator[None]:
    """The person's terminal gives every key at once, and the shell's has the same size."""
    before = termios.tcgetattr(ours)

    def fit(*_: object) -> None:
        with contextlib.suppress(OSError):
            size = fcntl.ioctl(ours, termios.TIOCGWINSZ, struct.pack("4H", 0, 0, 0, 0))
            fcntl.ioctl(theirs, termios.TIOCSWINSZ, size)

    fit()
    signal.signal(signal.SIGWINCH, fit)
    tty.setraw(ours)
    try:
        yield
    finally:
        termios.tcsetattr(ours, termios.TCSAFLUSH, before)
        os.close(theirs)


def _carry(terminal: int, lines: Lines) -> None:
    """Keys to the shell, what it shows to the person, until either is gone."""
    ours, shown = sys.stdin.fileno(), sys.stdout.fileno()
    while True:
        ready, _, _ = select.select([ours, terminal], [], [])
        if terminal in ready:
            with contextlib.suppress(OSError):  # EIO: nobody holds the other end any more
                if said := os.read(terminal, CHUNK):
                    _put(shown, said)
                    continue
            return
        typed = os.read(ours, CHUNK)
        if not typed:
            return
        lines.take(typed)  # first: what was done is never missing where it is written down
        _put(terminal, typed)


def _put(target: int, data: bytes) -> None:
    while data:
        data = data[os.write(target, data) :]
