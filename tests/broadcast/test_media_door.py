"""Which certificate may fetch which clip: those of this commune's horns, every clip; nobody else, none."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from edge.broadcast.media_server import MediaServer
from edge.config.schema import Media
from hil.pki import Authority
from hil.ports import free_ports

CLIP = "a" * 64
SOUND = b"OggS"
START_S = 5.0


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "pki")


@pytest.fixture
async def url(tmp_path: Path, authority: Authority) -> AsyncIterator[str]:
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / f"{CLIP}.opus").write_bytes(SOUND)
    (port,) = free_ports([0])
    own = authority.issue("box-dong-son-1")
    media = Media(ca=str(authority.ca), cert=str(own.cert), key=str(own.key), url="https://127.0.0.1/media", port=port)
    serving = asyncio.create_task(MediaServer(media, tmp_path / "clips", ["loa-1"]).run())
    async with asyncio.timeout(START_S):
        while not await _listens(port):
            await asyncio.sleep(0.02)
    yield f"https://127.0.0.1:{port}/media"
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def fetched(url: str, name: str, authority: Authority, issuer: Authority | None = None) -> tuple[int, bytes]:
    identity = (issuer or authority).issue(name)
    tls = ssl.create_default_context(cafile=str(authority.ca))
    tls.load_cert_chain(identity.cert, identity.key)
    async with aiohttp.ClientSession() as session, session.get(url, ssl=tls) as answer:
        return answer.status, await answer.read()


async def test_a_horn_of_the_commune_gets_a_clip(url: str, authority: Authority) -> None:
    assert await fetched(f"{url}/{CLIP}", "loa-1", authority) == (200, SOUND)


@pytest.mark.parametrize("name", ["mua-1", "loa-2", "province", "loa-1 "])
async def test_another_certificate_of_our_authority_gets_none(url: str, authority: Authority, name: str) -> None:
    """A sensor, and a node that was stolen and taken out of the settings."""
    status, body = await fetched(f"{url}/{CLIP}", name, authority)
    assert status == 403
    assert SOUND not in body


async def test_a_certificate_of_another_authority_is_not_spoken_to(
    url: str, authority: Authority, tmp_path: Path
) -> None:
    with pytest.raises(aiohttp.ClientError):
        await fetched(f"{url}/{CLIP}", "loa-1", authority, Authority(tmp_path / "stranger"))


@pytest.mark.parametrize("path", ["b" * 64, f"../{CLIP}", f"..%2F{CLIP}.opus", f"{CLIP}%0A", CLIP.upper(), ""])
async def test_only_a_whole_hash_names_a_clip(url: str, authority: Authority, path: str) -> None:
    assert (await fetched(f"{url}/{path}", "loa-1", authority))[0] == 404
