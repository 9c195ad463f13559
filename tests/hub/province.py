"""A real hub for tests: certificates, the server in this process or in its own, and clients that speak to it."""

import asyncio
import gzip
import json
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp

from edge.config.schema import Hub as HubSettings
from edge.hub.database import trial_url
from edge.hub.server import Address, Certificates, Doors, Hub, Settings, open_doors
from edge.kernel.clock import SystemClock
from edge.kernel.wire.event import BATCH_TYPE
from hil.pki import Authority

LOOPBACK = "127.0.0.1"
NOW_MS = 1_795_000_000_000  # 18 November 2026
SOURCE = "/xa/dong-son/box/1"
BOX = "box-dong-son-1"
HEADERS = {"Content-Type": BATCH_TYPE, "Content-Encoding": "gzip"}


def event(number: int, **changed: Any) -> dict[str, Any]:
    """A good event as it travels."""
    return {
        "specversion": "1.0",
        "id": f"1-{number}",
        "source": SOURCE,
        "type": "vn.molang.incident.opened.v1",
        "subject": f"1-{number}",
        "time": "2026-11-22T06:21:58.123Z",
        "datacontenttype": "application/json",
        "data": {"title": f"Có người trong vùng cấm {number}", "severity": "severe"},
        "seq": number,
        "lane": 0,
        "bootid": 1,
        "clockstate": "synced",
    } | changed


def packed(events: Iterable[Any]) -> bytes:
    return gzip.compress(json.dumps(list(events)).encode())


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str]


class Province:
    """Folders and certificates of one hub, which listens at ``address``."""

    def __init__(
        self, folder: Path, address: str = LOOPBACK, database: str | None = None, nats: str | None = None
    ) -> None:
        self.address = address
        self.authority = Authority(folder / "pki", (address,))
        self.folder = folder / "hub"
        self.folder.mkdir(exist_ok=True)
        self.settings_of_hub = Settings(database or trial_url(self.folder), self.folder / "media", nats)
        server = self.authority.issue("hub")
        self.certificates = Certificates(self.authority.ca, server.cert, server.key)

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[Doors]:
        """The hub inside this process."""
        hub, page = Hub(self.settings_of_hub, SystemClock()), Address(LOOPBACK, 0)
        async with hub.running(), open_doors(hub, Address(self.address, port), self.certificates, page) as doors:
            yield doors

    async def start_process(self, port: int, inside: Sequence[str] = ()) -> asyncio.subprocess.Process:
        """The hub as its own process, listening when this returns; ``inside`` puts it into a network namespace."""
        files = {name: str(path) for name, path in asdict(self.certificates).items()}
        process = await asyncio.create_subprocess_exec(
            *(*inside, sys.executable, "-m", "edge", "hub", "serve"),
            *("--folder", str(self.folder), "--listen", f"{self.address}:{port}"),
            *("--database", self.settings_of_hub.database, "--nats", self.settings_of_hub.nats or ""),
            *("--ca", files["ca"], "--cert", files["cert"], "--key", files["key"]),
        )
        async with asyncio.timeout(20):
            while not await _accepts(self.address, port):
                assert process.returncode is None
                await asyncio.sleep(0.05)
        return process

    def settings(self, port: int, name: str = BOX, authority: Authority | None = None) -> HubSettings:
        """The ``[hub]`` table of a box."""
        identity = (authority or self.authority).issue(name)
        return HubSettings(
            url=f"https://{self.address}:{port}",
            ca=str(self.authority.ca),
            cert=str(identity.cert),
            key=str(identity.key),
        )

    def client_tls(self, name: str | None = BOX, authority: Authority | None = None) -> ssl.SSLContext:
        """TLS of a client with this name, or without any certificate."""
        context = ssl.create_default_context(cafile=self.authority.ca)
        if name is not None:
            identity = (authority or self.authority).issue(name)
            context.load_cert_chain(identity.cert, identity.key)
        return context

    async def post(self, port: int, body: bytes, name: str | None = BOX, **headers: str) -> Answer:
        """POST a batch as the machine of this name."""
        url = f"https://{self.address}:{port}/v1/events"
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=body, headers=HEADERS | headers, ssl=self.client_tls(name)) as response,
        ):
            return Answer(response.status, json.loads(await response.read()), dict(response.headers))

    async def get(self, port: int, path: str, name: str = BOX) -> Answer:
        """GET as the machine of this name; a body that is not JSON comes as text."""
        url = f"https://{self.address}:{port}{path}"
        async with aiohttp.ClientSession() as session, session.get(url, ssl=self.client_tls(name)) as response:
            text = await response.text()
            body = json.loads(text) if response.content_type == "application/json" else text
            return Answer(response.status, body, dict(response.headers))

    async def events(self, port: int, source: str = SOURCE) -> list[dict[str, Any]]:
        """All that the province holds of a box, in the order of arrival."""
        found: list[dict[str, Any]] = []
        while True:
            after = found[-1]["arrival"] if found else 0
            answer = await self.get(port, f"/v1/events?source={source}&after={after}&limit=1000", "province")
            if not answer.body:
                return found
            found += answer.body


def free_port(address: str = LOOPBACK) -> int:
    with socket.socket() as sock:
        sock.bind((address, 0))
        return int(sock.getsockname()[1])


async def _accepts(address: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(address, port)
    except OSError:
        return False
    writer.close()
    return True
