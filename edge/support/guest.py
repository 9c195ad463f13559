"""The shell of a supporter: a bash on a terminal, at the end of a socket that only the recorder may open."""

import contextlib
import fcntl
import os
import pty
import select
import socket
import struct
import termios
from typing import Annotated

import msgspec
from msgspec import Meta

from edge.core.errors import FinalError

CHUNK = 4096
MOST_HELLO = 64 * 1024
BASH = ("/bin/bash", "--noprofile", "--norc", "--noediting")


class Hello(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a session begins: the size and kind of the person's terminal; ``command`` empty for a shell."""

    rows: Annotated[int, Meta(ge=0, le=65535)]
    columns: Annotated[int, Meta(ge=0, le=65535)]
    term: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._+-]{1,40}\Z")]
    command: str


def serve(line: socket.socket) -> None:
    """Until the shell or the other end is gone. Raises FinalError for a beginning that is none."""
    hello, rest = _hello(line)
    child, terminal = pty.fork()
    if child == 0:
        _become(hello)
    try:
        size = struct.pack("4H", min(hello.rows, 500), min(hello.columns, 1000), 0, 0)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)
        put(terminal, rest)
        _carry(line, terminal)
    finally:
        os.close(terminal)  # what still runs on it is hung up; systemd ends whatever does not care


def _hello(line: socket.socket) -> tuple[Hello, bytes]:
    """The first line, and what came behind it."""
    got = b""
    while b"\n" not in got:
        more = line.recv(CHUNK)
        if not more or len(got) > MOST_HELLO:
            raise FinalError("phiên không bắt đầu đúng cách.")
        got += more
    first, _, rest = got.partition(b"\n")
    try:
        return msgspec.json.decode(first, type=Hello), rest
    except msgspec.DecodeError as cause:
        raise FinalError(f"phiên không bắt đầu đúng cách: {cause}.") from cause


def _become(hello: Hello) -> None:
    """In the child: nothing of ours stays."""
    clean = {
        "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        "LANG": "C.UTF-8",
        "TERM": hello.term,
        "HOME": "/tmp",  # noqa: S108 - the unit's own
        "SHELL": BASH[0],
        "PS1": "ho-tro@hop:\\w$ ",
        "HISTFILE": "/dev/null",
        "PAGER": "cat",
        "SYSTEMD_PAGER": "cat",
    }
    try:
        os.chdir("/tmp")  # noqa: S108
        os.execve(BASH[0], [*BASH, *(("-c", hello.command) if hello.command else ())], clean)  # noqa: S606 - its purpose
    finally:
        os._exit(127)


def _carry(line: socket.socket, terminal: int) -> None:
    while True:
        ready, _, _ = select.select([line.fileno(), terminal], [], [])
        if terminal in ready:
            with contextlib.suppress(OSError):  # EIO: nobody holds the other end any more
                if said := os.read(terminal, CHUNK):
                    line.sendall(said)
                    continue
            return
        typed = line.recv(CHUNK)
        if not typed:
            return
        put(terminal, typed)


def put(target: int, data: bytes) -> None:
    """All of it."""
    while data:
        data = data[os.write(target, data) :]
