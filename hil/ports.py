"""Ports of this machine for the programs of the bench."""

import socket
from collections.abc import Iterable

LOOPBACK = "127.0.0.1"
CONNECT_S = 0.2


def free_ports(wanted: Iterable[int]) -> list[int]:
    """One port for each wanted one: itself where it is free, any free one otherwise (always for 0). All different."""
    held = [_bound(port) for port in wanted]
    ports = [int(sock.getsockname()[1]) for sock in held]
    for sock in held:
        sock.close()
    return ports


def listens(port: int, host: str = LOOPBACK) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as sock:
        sock.settimeout(CONNECT_S)
        return sock.connect_ex((host, port)) == 0


def _bound(port: int) -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT is free for a server
    try:
        sock.bind((LOOPBACK, port))
    except OSError:
        sock.bind((LOOPBACK, 0))
    return sock
