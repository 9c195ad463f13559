"""A simulated Zalo of its own process: message and token server, with every documented error at hand.

    python -m hil.zalo --folder F [--port 8097]

writes what a box needs into F (the application's key, a first token file, 0600), prints its settings, and one line for
each message. It takes one command a line on its standard input: `refuse CODE` (0: no more), `status CODE`,
`refuse CODE PHONE`, `fault silent|late|garbled|half|none`, `expire` (no access token opens any more), `lose` (no
refresh token works any more), `authorise` (prints a new one).
"""

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from drivers.devices.notifier_zalo.__main__ import put
from drivers.devices.notifier_zalo.fake import FakeZalo
from drivers.devices.notifier_zalo.tokens import TokenFile
from drivers.secret_file import write_secret
from drivers.transport.fake_pty import Fault

LOOK_S = 0.2


@click.command()
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8097, show_default=True)
def main(folder: Path, port: int) -> None:
    """Zalo mô phỏng. / A simulated Zalo."""
    asyncio.run(serve(folder, port))


async def serve(folder: Path, port: int) -> None:
    """Until its standard input ends."""
    zalo = FakeZalo()
    await zalo.start(port)
    try:
        click.echo(json.dumps(box_settings(zalo, folder)))
        commands = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
        async with asyncio.TaskGroup() as group:
            teller = group.create_task(_tell(zalo))
            while line := await commands.readline():
                click.echo(obey(zalo, line.decode("utf-8", "replace").split()))
            teller.cancel()
    finally:
        await zalo.close()


def box_settings(zalo: FakeZalo, folder: Path) -> dict[str, str]:
    """The settings of the channel for this simulator; its files are made, with one authorisation and a spare."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret, tokens = folder / "zalo-secret", folder / "zalo.json"
    write_secret(secret, zalo.secret.encode())
    put(TokenFile(tokens), zalo.grants.authorise())
    put(TokenFile(tokens), zalo.grants.authorise(), spare=True)
    return {
        "app_id": zalo.app_id,
        "secret_file": str(secret),
        "token_file": str(tokens),
        "template_id": zalo.template,
        "send_url": zalo.url,
        "oauth_url": zalo.url,
    }


def obey(zalo: FakeZalo, words: list[str]) -> str:
    """Do one command; what it says to it."""
    match words:
        case ["refuse", code, phone]:
            zalo.refuses[phone] = int(code)
        case ["refuse", code]:
            zalo.error = int(code)
        case ["status", code]:
            zalo.status = int(code)
        case ["fault", name] if name.upper() in Fault.__members__:
            zalo.fault = Fault[name.upper()]
        case ["expire"]:
            zalo.grants.access.clear()
        case ["lose"]:
            zalo.grants.live.clear()
        case ["authorise"]:
            return zalo.grants.authorise()
        case _:
            return f"không hiểu: {' '.join(words)}"
    return "ok"


async def _tell(zalo: FakeZalo) -> None:
    told = 0
    while True:
        for sent in zalo.sent[told:]:
            click.echo(json.dumps(asdict(sent), ensure_ascii=False))
        told = len(zalo.sent)
        await asyncio.sleep(LOOK_S)


if __name__ == "__main__":
    main()
