"""Gives the simulated devices a command (see `hil.devices`)."""

import socket
from pathlib import Path

ANSWER_S = 5.0


def tell_devices(folder: Path, line: str) -> str:
    """Their answer to one command; raises OSError when they do not run."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(ANSWER_S)
        sock.connect(str(folder / "devices.sock"))
        sock.sendall(f"{line}\n".encode())
        with sock.makefile(encoding="utf-8") as answer:
            return answer.readline().strip()
