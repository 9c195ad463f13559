"""Echo requests (RFC 792, RFC 4443): whether a host answers, and after how many milliseconds. No program is started."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import struct

from drivers.base import MisconfiguredDriverError, TransientDriverError

_HEAD = struct.Struct("!BBHHH")
TOKEN_BYTES = 16
"""Chance decides them: an answer to somebody else's question is none to ours."""
MOST_BYTES = 2_048
ASK_4, ANSWER_4 = 8, 0
ASK_6, ANSWER_6 = 128, 129
NOT_ALLOWED = "host_ping: this process may send no echo requests; set net.ipv4.ping_group_range, or give it CAP_NET_RAW"


def request_of(kind: int, number: int, token: bytes) -> bytes:
    """An echo request; the kernel writes the checksum of IPv6 and of datagram sockets anew."""
    bare = _HEAD.pack(kind, 0, 0, 0, number) + token
    return _HEAD.pack(kind, 0, _checksum(bare), 0, number) + token


def token_of(packet: bytes, answer: int) -> bytes:
    """What an echo reply carries, with or without the header of IPv4 before it; empty where it is no reply."""
    if packet[:1] and packet[0] >> 4 == 4:  # a raw socket gives the whole packet; 0x45 is no type that we look for
        packet = packet[(packet[0] & 0x0F) * 4 :]
    if len(packet) < _HEAD.size or packet[0] != answer:
        return b""
    return packet[_HEAD.size :]


async def ping(address: str, deadline_s: float) -> float:
    """Milliseconds until the host at this address (a number, no name) answered.

    Raises TransientDriverError when it does not, MisconfiguredDriverError where the system allows no echo requests.
    """
    loop = asyncio.get_running_loop()
    token, version = os.urandom(TOKEN_BYTES), ipaddress.ip_address(address).version
    ask, answer = (ASK_4, ANSWER_4) if version == 4 else (ASK_6, ANSWER_6)
    with _opened(version) as line:
        began = loop.time()
        try:
            async with asyncio.timeout(deadline_s):
                line.connect((address, 0))  # of a datagram: whom it is for; nothing waits
                await loop.sock_sendall(line, request_of(ask, 1, token))
                while token_of(await loop.sock_recv(line, MOST_BYTES), answer) != token:
                    pass
        except TimeoutError as error:
            raise TransientDriverError(f"{address} does not answer within {deadline_s:g} s") from error
        except OSError as error:
            raise TransientDriverError(f"{address}: {error.strerror or error}") from error
        return (loop.time() - began) * 1000


def _opened(version: int) -> socket.socket:
    """A datagram socket where users may ping, else a raw one."""
    family, protocol = (
        (socket.AF_INET, socket.IPPROTO_ICMP) if version == 4 else (socket.AF_INET6, socket.IPPROTO_ICMPV6)
    )
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            line = socket.socket(family, kind, protocol)
        except PermissionError:
            continue
        except OSError as error:
            raise TransientDriverError(f"no socket for echo requests: {error.strerror}") from error
        line.setblocking(False)
        return line
    raise MisconfiguredDriverError(NOT_ALLOWED)


def _checksum(data: bytes) -> int:
    """RFC 1071."""
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
