"""``/media/<sha256>`` for the nodes: clips over mutual TLS, with Range, nothing else."""

import asyncio
import re
import ssl
from collections.abc import Iterable
from pathlib import Path

from aiohttp import web

from edge.config.schema import Media
from edge.core.errors import MisconfiguredError
from edge.kernel.certificate import common_name

SHA256 = re.compile(r"[0-9a-f]{64}")


class MediaServer:
    """Serves the clips folder to whoever shows a certificate of our authority in the name of one of these horns.

    A node that was stolen is shut out by taking its horn out of the settings.
    """

    def __init__(self, media: Media, clips_folder: Path, horns: Iterable[str]) -> None:
        self._media = media
        self._clips_folder = clips_folder
        self._horns = frozenset(horns)
        self._tls = server_tls(media)  # wrong files stop the start

    async def run(self) -> None:
        """Serve until cancelled."""
        app = web.Application()
        app.router.add_get("/media/{name}", self._clip)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, self._media.host, self._media.port, ssl_context=self._tls)
            await site.start()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def _clip(self, request: web.Request) -> web.StreamResponse:
        if common_name(request.get_extra_info("peercert")) not in self._horns:
            raise web.HTTPForbidden
        name = request.match_info["name"]
        if not SHA256.fullmatch(name):
            raise web.HTTPNotFound
        path = self._clips_folder / f"{name}.opus"
        if not await asyncio.to_thread(path.is_file):
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={"Content-Type": "audio/ogg"})


def server_tls(media: Media) -> ssl.SSLContext:
    """TLS that asks for a client certificate; raises MisconfiguredError naming the files."""
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=media.ca)
        context.load_cert_chain(media.cert, media.key)
    except (OSError, ssl.SSLError) as cause:
        raise MisconfiguredError(f"[media] chứng thư không dùng được ({media.cert}): {cause}") from cause
    context.verify_mode = ssl.CERT_REQUIRED
    return context
