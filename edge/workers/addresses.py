"""Where browsers reach WebRTC of this machine."""

from collections.abc import Sequence

import aioice.ice


def reach_by(addresses: Sequence[str]) -> None:
    """From now on browsers are offered only these addresses of this machine; none given: all of them."""
    if addresses:
        aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: list(addresses)
