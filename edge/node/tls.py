"""The node's own certificate, for the broker and for fetching clips."""

import ssl

from edge.core.errors import MisconfiguredError
from edge.kernel.wire.node import NodeSetup


def client_context(setup: NodeSetup) -> ssl.SSLContext | None:
    """Mutual TLS 1.2 or newer; None where the settings name no certificates (loopback only, see settings.py)."""
    if not setup.tls_ca:
        return None
    try:
        context = ssl.create_default_context(cafile=setup.tls_ca)
        context.load_cert_chain(setup.tls_cert, setup.tls_key)
    except OSError as cause:
        raise MisconfiguredError(
            f"tls: không đọc được {setup.tls_ca}, {setup.tls_cert} hoặc {setup.tls_key}: {cause}."
        ) from cause
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
