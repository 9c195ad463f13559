"""Certificates, the broker, and doors that should not be open."""

import datetime as dt
import socket
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

from cryptography import x509

from edge.config.hub_files import hub_of
from edge.config.schema import Config
from edge.doctor.finding import Check, Finding, Mark, Patient, Said, fine

SOON = dt.timedelta(days=21)
CONNECT_S = 3.0
LISTENING = "0A"
"""st of a listening socket in /proc/net/tcp (proc(5))."""
USUAL = {22: "ssh", 80: "nginx", 443: "nginx", 123: "chrony", 323: "chrony"}


def certificates(patient: Patient) -> Iterator[Finding]:
    """Every certificate that the config names: there, readable, in its time."""
    for name, path in _certificates(patient.config).items():
        yield _certificate(name, Path(path))


def _certificates(config: Config) -> Mapping[str, str]:
    found = {"broker": config.broker.cert, "broker_ca": config.broker.ca, "media": config.media.cert}
    if hub := hub_of(config):
        found["hub"] = hub.cert
    if config.local_node:
        found["local_node"] = config.local_node.cert
    return found


def _certificate(name: str, path: Path) -> Finding:
    key = f"certificate/{name}"
    renew = Said("Cấp lại chứng thư này.", "Issue this certificate anew.")
    try:
        until = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return Finding(key, Mark.BAD, Said(f"Không đọc được {path}.", f"{path} cannot be read."), renew)
    left = until - dt.datetime.now(dt.UTC)
    if left < dt.timedelta():
        said = Said(f"{path} đã hết hạn {until:%d/%m/%Y}.", f"{path} ended on {until:%Y-%m-%d}.")
        return Finding(key, Mark.BAD, said, renew)
    words = Said(f"{path} còn {left.days} ngày.", f"{path} is good for {left.days} days.")
    return Finding(key, Mark.WARN, words, renew) if left < SOON else Finding(key, Mark.OK, words)


def broker(patient: Patient) -> Iterator[Finding]:
    """Whether mosquitto answers and shows a certificate of the commune, as the box would see it."""
    part = patient.config.broker
    cure = Said("Xem `systemctl status mosquitto` và chứng thư.", "Look at `systemctl status mosquitto`.")
    try:
        context = ssl.create_default_context(cafile=part.ca)
        context.load_cert_chain(part.cert, part.key)
        with (
            socket.create_connection((part.host, part.port), CONNECT_S) as line,
            context.wrap_socket(line, server_hostname=part.host),
        ):
            yield fine("broker", "Mosquitto trả lời.", "Mosquitto answers.")
    except (OSError, ssl.SSLError) as error:
        said = Said(f"Mosquitto không trả lời đúng: {error}.", f"Mosquitto does not answer: {error}.")
        yield Finding("broker", Mark.BAD, said, cure)


def doors(patient: Patient) -> Iterator[Finding]:
    """Ports that listen for other machines: those of the config, and nothing more."""
    expected = _expected(patient.config)
    strange = sorted(_open_to_others(patient.root / "proc/net") - expected.keys())
    if not strange:
        yield fine("doors", "Không cổng lạ nào mở ra ngoài.", "No strange port is open.")
        return
    told = ", ".join(map(str, strange))
    said = Said(f"Cổng lạ đang mở ra ngoài: {told}.", f"Strange ports are open to others: {told}.")
    cure = Said("Xem `ss -ltnp`; tắt dịch vụ thừa, kiểm tra tường lửa.", "Look at `ss -ltnp`; stop what is not needed.")
    yield Finding("doors", Mark.WARN, said, cure)


def _expected(config: Config) -> Mapping[int, str]:
    own = {config.broker.port: "mosquitto", config.media.port: "media", config.live.port: "live"}
    return {**USUAL, **own, config.web.port: "web"}


def _open_to_others(net: Path) -> set[int]:
    """Listening TCP ports that are not bound to loopback."""
    found: set[int] = set()
    for name in ("tcp", "tcp6"):
        try:
            lines = (net / name).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            _, local, _, state, *_ = line.split()
            address, _, port = local.partition(":")
            if state == LISTENING and not _is_loopback(address):
                found.add(int(port, 16))
    return found


def _is_loopback(address: str) -> bool:
    """Little-endian words of four bytes, as /proc writes them."""
    raw = b"".join(bytes.fromhex(address[at : at + 8])[::-1] for at in range(0, len(address), 8))
    return raw[0] == 127 if len(raw) == 4 else raw == b"\0" * 15 + b"\1" or raw[:13] == b"\0" * 10 + b"\xff\xff\x7f"


CHECKS: tuple[Check, ...] = (certificates, broker, doors)
