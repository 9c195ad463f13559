"""The hub's media doors for tests: real TLS, a real folder, one or several instances, and a plain tus client."""

import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from edge.hub.database import Database
from edge.hub.media.desk import Bounds
from edge.hub.media.routes import add_media_routes
from edge.hub.server import server_tls
from edge.kernel.clock import Clock, SystemClock
from edge.kernel.wire.upload import BODY_TYPE, UPLOADS_PATH, VERSION, encode_metadata
from tests.hub.province import BOX, LOOPBACK, Answer, Province

OTHER_BOX = "box-tay-son-1"
TUS = {"Tus-Resumable": VERSION}


class PostOffice:
    """One hub folder; every ``running`` is one more instance on it."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self.province = Province(folder)
        self.folder = folder / "media"
        self.url = url or f"sqlite+aiosqlite:///{folder}/hub.db"
        self._sessions: dict[str | None, aiohttp.ClientSession] = {}

    @asynccontextmanager
    async def running(
        self, bounds: Bounds | None = None, clock: Clock | None = None, port: int = 0
    ) -> AsyncIterator[int]:
        database = Database(self.url)
        await database.make_tables()
        app = web.Application()
        add_media_routes(app, database, self.folder, clock or SystemClock(), bounds)
        runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=1)
        await runner.setup()
        try:
            tls = server_tls(self.province.certificates)
            await web.TCPSite(runner, LOOPBACK, port, ssl_context=tls).start()
            yield int(runner.addresses[0][1])
        finally:
            await runner.cleanup()
            await database.close()

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()

    async def ask(self, method: str, port: int, path: str, name: str | None = BOX, **more: Any) -> Answer:
        """One request as the machine of this name."""
        if name not in self._sessions:
            connector = aiohttp.TCPConnector(ssl=self.province.client_tls(name))
            self._sessions[name] = aiohttp.ClientSession(connector=connector)
        url = f"https://{LOOPBACK}:{port}{path}"
        async with self._sessions[name].request(method, url, **more) as response:
            body = await response.read()
            return Answer(response.status, body, dict(response.headers))

    async def create(self, port: int, data: bytes, name: str = BOX, **changed: str) -> Answer:
        """POST of a creation for ``data``; ``changed`` are headers (Upload_Length=…)."""
        headers = TUS | {"Upload-Length": str(len(data)), "Upload-Metadata": metadata(data)}
        headers |= {key.replace("_", "-"): value for key, value in changed.items()}
        return await self.ask("POST", port, UPLOADS_PATH, name, headers=headers)

    async def begin(self, port: int, data: bytes, name: str = BOX) -> str:
        """The path of a new upload."""
        answer = await self.create(port, data, name)
        assert answer.status == 201, answer
        return answer.headers["Location"]

    async def patch(self, port: int, path: str, data: Any, offset: int, name: str = BOX, **changed: str) -> Answer:
        headers = TUS | {"Upload-Offset": str(offset), "Content-Type": BODY_TYPE}
        headers |= {key.replace("_", "-"): value for key, value in changed.items()}
        return await self.ask("PATCH", port, path, name, headers=headers, data=data)

    async def head(self, port: int, path: str, name: str = BOX) -> Answer:
        return await self.ask("HEAD", port, path, name, headers=TUS)

    async def fetch(self, port: int, data: bytes, name: str = "province", **headers: str) -> Answer:
        return await self.ask("GET", port, f"/v1/media/{hash_of(data)}", name, headers=headers)

    def files(self) -> list[Path]:
        return [path for path in (self.folder / "files").rglob("*") if path.is_file()]

    def parts(self) -> list[Path]:
        return list((self.folder / "parts").iterdir())


def metadata(data: bytes, **changed: str) -> str:
    fields = {"sha256": hash_of(data), "kind": "still", "subject": "1-77", "event": "1-80", "filetype": "image/jpeg"}
    return encode_metadata(fields | changed)


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def checksum(data: bytes, algorithm: str = "sha1") -> str:
    return f"{algorithm} {b64encode(hashlib.new(algorithm, data).digest()).decode()}"
