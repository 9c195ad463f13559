"""The door as the pages know it, written by the supervisor into their settings."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

Word = Annotated[str, Meta(pattern=r"^[A-Za-z0-9.:/-]+\Z", max_length=100)]
"""Goes into nginx's file as it is: no space, quote, brace, semicolon or dollar."""
_PORT = Meta(ge=1, le=65535)
_USUAL_HTTPS, _USUAL_HTTP = 443, 80


class Door(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names, certificates and ports of nginx (``[nginx]`` of docs/ref/example.toml), and where it finds live."""

    name: Word
    ca: Path
    cert: Path
    key: Path
    addresses: Annotated[tuple[Word, ...], Meta(max_length=8)] = ()
    networks: Annotated[tuple[Word, ...], Meta(min_length=1, max_length=20)]
    port: Annotated[int, _PORT] = _USUAL_HTTPS
    http_port: Annotated[int, _PORT] = _USUAL_HTTP
    live_host: Word = "127.0.0.1"
    live_port: Annotated[int, _PORT] = 8081

    @property
    def origin(self) -> str:
        """``https://name``, with the port unless it is the usual one."""
        return f"https://{self.name}" + ("" if self.port == _USUAL_HTTPS else f":{self.port}")

    @property
    def plain_url(self) -> str:
        """Where a phone that trusts nobody yet finds the certificate: by address if one is known.

        An address needs no name server, and no browser remembers that it must be HTTPS (RFC 6797, 8.2).
        """
        host = self.addresses[0] if self.addresses else self.name
        port = "" if self.http_port == _USUAL_HTTP else f":{self.http_port}"
        return f"http://{in_address(host)}{port}/ca"


def in_address(host: str) -> str:
    """A host as it stands in an address: IPv6 in brackets."""
    try:
        return f"[{host}]" if ip_address(host).version == 6 else host
    except ValueError:
        return host
