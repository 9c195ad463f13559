"""WS-Discovery: one question to the network's multicast address, and whoever answers within some seconds."""

import contextlib
import socket
import time
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

from edge.core.errors import FinalError, TransientError
from edge.workers.cameras.onvif.soap import NAMES, envelope, parse

GROUP = ("239.255.255.250", 3702)
REPEAT_S = 1.0
"""The question is put again: UDP loses some."""
MOST_ANSWER = 64 * 1024
MOST_CAMERAS = 256
_ACTION = "http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe"


def discover(wait_s: float, address: str = "", group: tuple[str, int] = GROUP) -> list[str]:
    """The service addresses (http…) of ONVIF cameras, in the order of their hosts.

    ``address`` is the own address to ask from (empty: the system chooses). Raises TransientError without a network.
    """
    found: dict[str, str] = {}
    try:
        with _socket(address) as sock:
            for data, sender in _answers(sock, group, time.monotonic() + wait_s):
                for url in services_in(data):
                    if urlsplit(url).hostname == sender:  # nobody speaks for another
                        found.setdefault(sender, url)
                if len(found) >= MOST_CAMERAS:
                    break
    except OSError as error:
        raise TransientError(f"Không hỏi được mạng để tìm camera: {error.strerror}.") from error
    return [found[host] for host in sorted(found)]


def services_in(answer: bytes) -> list[str]:
    """The http addresses that a ProbeMatch names; empty for anything else."""
    try:
        tree = parse(answer)
    except FinalError:
        return []
    texts = (node.text or "" for node in tree.iterfind(".//wsd:ProbeMatch/wsd:XAddrs", NAMES))
    return [url for text in texts for url in text.split() if _is_http(url)][:8]


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _socket(address: str) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)  # never beyond the own network
    if address:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
        sock.bind((address, 0))
    return sock


def _answers(sock: socket.socket, group: tuple[str, int], until: float) -> Iterator[tuple[bytes, str]]:
    ask_again = 0.0
    while (now := time.monotonic()) < until:
        if now >= ask_again:
            sock.sendto(_question(), group)
            ask_again = now + REPEAT_S
        sock.settimeout(max(0.01, min(ask_again, until) - now))
        with contextlib.suppress(TimeoutError):
            data, (host, *_) = sock.recvfrom(MOST_ANSWER)
            yield data, host


def _question() -> bytes:
    header = (
        f"<wsa:MessageID>urn:uuid:{uuid.uuid4()}</wsa:MessageID>"
        "<wsa:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</wsa:To>"
        f"<wsa:Action>{_ACTION}</wsa:Action>"
    )
    return envelope("<wsd:Probe><wsd:Types>dn:NetworkVideoTransmitter</wsd:Types></wsd:Probe>", header)
