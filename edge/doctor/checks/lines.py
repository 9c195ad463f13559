"""Certificates and the broker."""

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
    if config.nginx:
        found |= {"nginx": config.nginx.cert, "nginx_ca": config.nginx.ca}
    return found


def _certificate(name: str, path: Path) -> Finding:
    key = f"certificate/{name}"
    renew = Said(
        "Cấp lại chứng thư này (playbook rotate-certs).", "Issue this certificate anew (playbook rotate-certs)."
    )
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


LINES: Mapping[str, Check] = {"certificate": certificates, "broker": broker}
