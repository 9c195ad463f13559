"""Knocks at every door of an address, for as long as it is told to; a process of its own on the stranger's machine.

``python -m hil.prove.field.scanner ADDRESS SECONDS`` prints ``{"tcp": [...], "udp": [...], "rounds": n}``. TCP by
connect(2), all 65,535 ports, round after round. UDP by a datagram: a port without a program is told by ICMP, so what is
not told is open; Linux tells a few at once and then one a second (net.ipv4.icmp_ratelimit), so they are asked slowly.
"""

import asyncio
import contextlib
import json
import socket
import sys
import threading
import time

USUAL_UDP = (
    *(53, 67, 68, 69, 111, 123, 137, 138, 161, 162, 177, 389, 500, 514, 520, 623, 631, 1194, 1434, 1701, 1812, 1900),
    *(2049, 3478, 3702, 4500, 5004, 5060, 5353, 5355, 5683, 5684, 8443, 8883, 11211, 47808, 51820),
)
"""What services of the usual kinds listen on, and the appliance's own numbers."""
PORTS = range(1, 65_536)
AT_ONCE = 400
CONNECT_S, TOLD_S = 2.0, 0.6
UDP_EVERY_S = 1.05


async def _knock(address: str, port: int, free: asyncio.Semaphore) -> int | None:
    async with free:
        with socket.socket() as sock:
            sock.setblocking(False)  # noqa: FBT003 - socket's own signature
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(CONNECT_S):
                    await asyncio.get_running_loop().sock_connect(sock, (address, port))
                return port
    return None


async def tcp_round(address: str, ports: range = PORTS) -> set[int]:
    """Every port that accepts."""
    free, found = asyncio.Semaphore(AT_ONCE), set[int]()
    for first in range(ports.start, ports.stop, 4096):
        some = range(first, min(first + 4096, ports.stop))
        answers = await asyncio.gather(*(_knock(address, port, free) for port in some))
        found |= {port for port in answers if port is not None}
    return found


def udp_port(address: str, port: int) -> bool:
    """Whether nobody says that it is shut."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(TOLD_S)
        sock.connect((address, port))
        try:
            sock.send(b"\0" * 48)
            sock.recv(2048)
        except ConnectionRefusedError:
            return False
        except TimeoutError:
            return True
        return True


def _udp(address: str, found: set[int]) -> None:
    for port in USUAL_UDP:
        began = time.monotonic()
        if udp_port(address, port):
            found.add(port)
        time.sleep(max(0.0, UDP_EVERY_S - (time.monotonic() - began)))


def main() -> None:
    """See the module."""
    address, seconds = sys.argv[1], float(sys.argv[2])
    began, tcp, udp, rounds = time.monotonic(), set[int](), set[int](), 0
    asking = threading.Thread(target=_udp, args=(address, udp))
    asking.start()
    while rounds == 0 or time.monotonic() - began < seconds:
        tcp |= asyncio.run(tcp_round(address))
        rounds += 1
    asking.join()
    took_s = round(time.monotonic() - began, 1)
    print(json.dumps({"tcp": sorted(tcp), "udp": sorted(udp), "rounds": rounds, "took_s": took_s}))  # noqa: T201


if __name__ == "__main__":
    main()
