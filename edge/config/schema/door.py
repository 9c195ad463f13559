"""The commune's door: the only listener that browsers reach."""

from typing import Annotated

from msgspec import Meta

from edge.config.schema.base import Host, Path, Port, Section

Network = Annotated[str, Meta(pattern=r"^[0-9A-Fa-f.:]{2,45}/\d{1,3}\Z", max_length=49)]
DoorName = Annotated[
    str, Meta(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+\Z", max_length=100)
]
PRIVATE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
"""RFC 1918, RFC 4193, loopback and link-local: the commune's own network and nobody else."""


class Nginx(Section, frozen=True, kw_only=True):
    """nginx in front of pages and live, with the certificate of the commune's authority for browsers.

    Without the table the pages are plain HTTP on 127.0.0.1. With it browsers find everything at ``https://name``:
    pages, links in messages and the live process follow it. ``addresses``: where it listens; empty: everywhere.
    Visitors outside ``networks`` get no answer at all.
    """

    name: DoorName
    ca: Path
    cert: Path
    key: Path
    addresses: Annotated[tuple[Host, ...], Meta(max_length=8)] = ()
    networks: Annotated[tuple[Network, ...], Meta(min_length=1, max_length=20)] = PRIVATE
    port: Port = 443
    http_port: Port = 80
