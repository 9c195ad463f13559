"""Which ports answer other machines, and whose they are: the table of docs/design/security.md, by the settings."""

from collections.abc import Mapping

from edge.config.schema import Config

SSH, TIME = 22, 123
LOOPBACK = ("127.", "localhost", "::1")


def tcp_ports(config: Config) -> Mapping[int, str]:
    """TCP ports that other machines may find open. Behind nginx pages and live are on loopback."""
    found = {SSH: "sshd", config.broker.port: "mosquitto"}
    if not _is_loopback(config.media.host):
        found[config.media.port] = "media"
    if config.nginx is not None:
        return {**found, config.nginx.port: "nginx", config.nginx.http_port: "nginx"}
    for part, name in ((config.web, "web"), (config.live, "live")):
        if not _is_loopback(part.host):
            found[part.port] = name
    return found


def udp_ports() -> Mapping[int, str]:
    """UDP ports with a service. Those of the microphone are opened one by one, and only while somebody speaks."""
    return {TIME: "chrony"}


def _is_loopback(host: str) -> bool:
    return host.startswith(LOOPBACK)
