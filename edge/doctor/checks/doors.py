"""Doors: ports that listen for other machines against those of the document, and the one that browsers use."""

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

from edge.config.ports import tcp_ports, udp_ports
from edge.config.schema import Config, Nginx
from edge.doctor.finding import Check, Finding, Mark, Patient, Said, fine, none_of

CONNECT_S = 3.0
LISTENING, BOUND = "0A", "07"
"""st of a listening TCP and of an unconnected UDP socket in /proc/net (proc(5))."""
DHCP, MDNS = 68, 5353
"""The machine's own client of DHCP; multicast DNS of a Raspberry Pi OS. Neither takes orders."""
EPHEMERAL = 32_768
"""From here on the kernel picks: sockets that ask others, and the microphone while somebody speaks."""


def doors(patient: Patient) -> Iterator[Finding]:
    """Ports that listen for other machines: those of the document, and nothing more."""
    net = patient.root / "proc/net"
    tcp = _open_to_others(net, "tcp", LISTENING) - tcp_ports(patient.config).keys()
    udp = {port for port in _open_to_others(net, "udp", BOUND) if port < EPHEMERAL}
    udp -= udp_ports().keys() | {DHCP, MDNS}
    strange = [*(f"{port}/tcp" for port in sorted(tcp)), *(f"{port}/udp" for port in sorted(udp))]
    well = Said("Không cổng lạ nào mở ra ngoài.", "No strange port is open.")
    ill = Said("Cổng lạ đang mở ra ngoài", "Strange ports are open to others")
    cure = Said("Xem `ss -lntup`; tắt dịch vụ thừa, kiểm tra tường lửa.", "Look at `ss -lntup`; stop what is strange.")
    yield none_of("doors", strange, well, ill, cure)


def _open_to_others(net: Path, protocol: str, state: str) -> set[int]:
    """Ports in this state that are not bound to loopback."""
    found: set[int] = set()
    for name in (protocol, f"{protocol}6"):
        try:
            lines = (net / name).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            _, local, _, now, *_ = line.split()
            address, _, port = local.partition(":")
            if now == state and not _is_loopback(address):
                found.add(int(port, 16))
    return found


def _is_loopback(address: str) -> bool:
    """Little-endian words of four bytes, as /proc writes them."""
    raw = b"".join(bytes.fromhex(address[at : at + 8])[::-1] for at in range(0, len(address), 8))
    return raw[0] == 127 if len(raw) == 4 else raw == b"\0" * 15 + b"\1" or raw[:13] == b"\0" * 10 + b"\xff\xff\x7f"


def door(patient: Patient) -> Iterator[Finding]:
    """Whether a browser would get the log-in page: through nginx with the commune's certificate where there is one."""
    try:
        status = _status(patient.config)
    except (OSError, http.client.HTTPException) as error:
        yield _shut(f"không trả lời ({error})", f"does not answer ({error})")
        return
    if status < 400:
        yield fine("door", "Trình duyệt mở được trang đăng nhập.", "A browser gets the log-in page.")
    else:
        yield _shut(f"trả lời {status}", f"answers {status}")


def _shut(vi: str, en: str) -> Finding:
    cure = Said(
        "Xem `systemctl status molang-nginx molang-web`; chứng thư: `molang web certificate`.",
        "Look at `systemctl status molang-nginx molang-web` and the certificate.",
    )
    return Finding("door", Mark.BAD, Said(f"Cửa cho trình duyệt {vi}.", f"The door for browsers {en}."), cure)


def _status(config: Config) -> int:
    line = _opened(config)
    try:
        asked = http.client.HTTPConnection("box")
        asked.sock = line
        asked.request("GET", "/login", headers={"Host": config.nginx.name if config.nginx else "127.0.0.1"})
        return asked.getresponse().status
    finally:
        line.close()


def _opened(config: Config) -> socket.socket:
    nginx = config.nginx
    if nginx is None:
        return socket.create_connection(("127.0.0.1", config.web.port), CONNECT_S)
    return _wrapped(nginx)


def _wrapped(nginx: Nginx) -> socket.socket:
    context = ssl.create_default_context(cafile=nginx.ca)
    plain = socket.create_connection((nginx.addresses[0] if nginx.addresses else "127.0.0.1", nginx.port), CONNECT_S)
    try:
        return context.wrap_socket(plain, server_hostname=nginx.name)
    except OSError:
        plain.close()
        raise


LINES: Mapping[str, Check] = {"doors": doors, "door": door}
