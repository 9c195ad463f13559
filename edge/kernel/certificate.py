"""Whose certificate it is that the other end of a TLS line has shown."""

from collections.abc import Mapping
from typing import Any


def common_name(peer_certificate: Mapping[str, Any] | None) -> str:
    """The only common name in ``ssl.SSLSocket.getpeercert()``; nothing when there are several: that is nobody's."""
    subject = (peer_certificate or {}).get("subject", ())
    names = [value for part in subject for key, value in part if key == "commonName"]
    return str(names[0]) if len(names) == 1 else ""
