"""The hub's media doors as a process of their own, so that it can be killed.

python -m hil.prove.province.media_hub --folder F --listen 127.0.0.1:9444 --ca … --cert … --key …
"""

import asyncio
from pathlib import Path

import click
from aiohttp import web

from edge.hub.database import Database
from edge.hub.media.routes import add_media_routes
from edge.hub.server import Certificates, server_tls
from edge.kernel.clock import SystemClock

_FILE = click.Path(path_type=Path)


async def serve(folder: Path, listen: str, certificates: Certificates) -> None:
    """Take files until killed."""
    host, _, port = listen.rpartition(":")
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    database = Database(f"sqlite+aiosqlite:///{folder}/hub.db")
    await database.make_tables()
    app = web.Application()
    add_media_routes(app, database, folder / "media", SystemClock())
    runner = web.AppRunner(app, access_log=None, auto_decompress=False)
    await runner.setup()
    await web.TCPSite(runner, host, int(port), ssl_context=server_tls(certificates)).start()
    print("ready", flush=True)  # noqa: T201 - whoever started us waits for it
    await asyncio.Event().wait()


@click.command()
@click.option("--folder", type=_FILE, required=True)
@click.option("--listen", required=True)
@click.option("--ca", type=_FILE, required=True)
@click.option("--cert", type=_FILE, required=True)
@click.option("--key", type=_FILE, required=True)
def main(folder: Path, listen: str, ca: Path, cert: Path, key: Path) -> None:
    """Run the doors."""
    asyncio.run(serve(folder, listen, Certificates(ca, cert, key)))


if __name__ == "__main__":
    main()
