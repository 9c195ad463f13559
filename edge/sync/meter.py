"""Counts what a connection really costs: IP bytes both ways, as the kernel saw them (tcp(7), TCP_INFO).

The layout is ``struct tcp_info`` of linux/tcp.h, since Linux 4.19; sent bytes contain what was sent again. A segment
costs 20 bytes of IPv4 or 40 of IPv6 and 32 of TCP with its time stamps. The link's own frames are not counted: no
operator bills them.
"""

import contextlib
import socket
import struct

from edge.store.uplink import Use

_INFO_BYTES = 232
_RECEIVED, _SEGMENTS, _SENT = struct.Struct("@Q"), struct.Struct("@II"), struct.Struct("@Q")
_AT_RECEIVED, _AT_SEGMENTS, _AT_SENT = 128, 136, 200
HEADERS = {socket.AF_INET: 52, socket.AF_INET6: 72}


def cost_of(sock: socket.socket) -> Use:
    """IP bytes of this connection since it began; raises OSError when it is no TCP socket of this kernel."""
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_BYTES)
    if len(info) < _AT_SENT + _SENT.size:
        return Use()
    (received,), (sent,) = _RECEIVED.unpack_from(info, _AT_RECEIVED), _SENT.unpack_from(info, _AT_SENT)
    segments_out, segments_in = _SEGMENTS.unpack_from(info, _AT_SEGMENTS)
    header = HEADERS.get(sock.family, HEADERS[socket.AF_INET6])
    return Use(sent + segments_out * header, received + segments_in * header)


class Meter:
    """Adds up the connections of one way. A second descriptor of each is held until it was counted to its end."""

    def __init__(self) -> None:
        self._open: list[tuple[socket.socket, socket.socket, Use]] = []

    def watch(self, sock: socket.socket) -> None:
        """Count this connection from now on."""
        self._open.append((sock, sock.dup(), Use()))

    def take(self) -> Use:
        """What was used since the last time."""
        kept: list[tuple[socket.socket, socket.socket, Use]] = []
        sent = received = 0
        for sock, twin, before in self._open:
            now = before
            with contextlib.suppress(OSError):
                now = cost_of(twin)
            sent, received = sent + now.sent - before.sent, received + now.received - before.received
            if sock.fileno() == -1:
                twin.close()
            else:
                kept.append((sock, twin, now))
        self._open = kept
        return Use(sent, received)

    def close(self) -> None:
        """Let every descriptor go."""
        for _, twin, _ in self._open:
            twin.close()
        self._open = []
