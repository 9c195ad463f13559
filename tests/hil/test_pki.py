import asyncio
import ssl
from pathlib import Path

import pytest

from hil.pki import Authority, Identity


async def _greets(server: Identity, authority: Authority) -> bool:
    """Whether somebody who trusts this authority accepts this identity as a server."""
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    theirs.load_cert_chain(server.cert, server.key)
    ours = ssl.create_default_context(cafile=str(authority.ca))
    listener = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=theirs)
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=ours)
        except ssl.SSLError:
            return False
        writer.close()
        return True


@pytest.mark.parametrize("serves", [True, False])
async def test_the_certificate_of_a_node_cannot_play_the_broker(tmp_path: Path, serves: bool) -> None:
    authority = Authority(tmp_path)
    assert await _greets(authority.issue("loa-1", serves=serves), authority) is serves
