"""``molang hub``: the province's receiving end."""

import asyncio
import gc
import logging
import signal
from contextlib import AsyncExitStack
from ipaddress import ip_address
from pathlib import Path

import click

from edge.core.errors import MisconfiguredError
from edge.hub.database import trial_url
from edge.hub.downlink import keys_in
from edge.hub.pages.communes import FILE as COMMUNES
from edge.hub.people_cli import PASSPHRASE, people_commands
from edge.hub.server import Address, Certificates, Hub, Settings, open_doors
from edge.hub.stations.cli import rebuild, station
from edge.hub.stick.cli import import_stick
from edge.kernel.clock import SystemClock
from edge.kernel.log import start_logging
from edge.kernel.process import keep_files_private

log = logging.getLogger(__name__)
SELDOM = (50_000, 20, 100)
"""Batches are freed by counting references; looking for cycles as often as usual took a fifth of the processor time."""
_FILE = click.Path(path_type=Path, dir_okay=False)


def _address(text: str) -> Address:
    """Read ``HOST:PORT``."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise click.BadParameter(f"{text!r} không phải địa chỉ:cổng, ví dụ 127.0.0.1:9444.")
    return Address(host.strip("[]"), int(port))


@click.group()
def hub() -> None:
    """Đầu nhận ở tỉnh."""


hub.add_command(station)
hub.add_command(rebuild)


@hub.command()
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="Thư mục của đầu tỉnh.")
@click.option(
    "--database",
    envvar="MOLANG_HUB_DATABASE",
    help="postgresql+asyncpg://…; không có thì SQLite trong --folder, để dùng thử.",
)
@click.option("--nats", envvar="MOLANG_HUB_NATS", help="nats://…: phát lại mọi sự kiện qua NATS JetStream.")
@click.option(
    "--media",
    type=click.Path(path_type=Path, file_okay=False),
    help="Nơi giữ hình ảnh; mặc định là media trong --folder.",
)
@click.option("--listen", type=_address, required=True, help="Cửa của các hộp: HTTPS, đòi chứng thư.")
@click.option("--ca", type=_FILE, required=True, help="Chứng thư gốc đã ký cho các hộp.")
@click.option("--cert", type=_FILE, required=True, help="Chứng thư của đầu tỉnh.")
@click.option("--key", type=_FILE, required=True, help="Khóa của đầu tỉnh.")
@click.option("--page", type=_address, help="Cửa của người xem: HTTP không mật khẩu, chỉ trên chính máy này.")
@click.option("--authority", type=click.Path(path_type=Path, file_okay=False), help="Thư mục khóa gốc (hub ca init).")
@click.option("--enrol", type=_address, help="Cửa ghi danh của hộp mới: HTTPS, không đòi chứng thư.")
@PASSPHRASE
def serve(
    folder: Path,
    database: str | None,
    nats: str | None,
    media: Path | None,
    listen: Address,
    ca: Path,
    cert: Path,
    key: Path,
    page: Address | None,
    authority: Path | None,
    enrol: Address | None,
    passphrase: str,
) -> None:
    """Nhận sự kiện của các hộp cho tới khi bị dừng."""
    start_logging("hub")
    keep_files_private()
    if page is not None and not _only_this_machine(page.host):
        raise MisconfiguredError(f"--page chỉ được mở trên chính máy này (127.0.0.1), không phải {page.host}.")
    folder.mkdir(parents=True, exist_ok=True)
    gc.set_threshold(*SELDOM)
    keys = keys_in(authority, ca, passphrase)
    where = (database or trial_url(folder), media or folder / "media", nats or None, folder / COMMUNES)
    asyncio.run(_serve(Settings(*where, keys), listen, Certificates(ca, cert, key), page, enrol))


for command in (import_stick, *people_commands):
    hub.add_command(command)


def _only_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _serve(
    settings: Settings, listen: Address, certificates: Certificates, page: Address | None, enrol: Address | None
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    hub = Hub(settings, SystemClock())
    try:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(hub.running())
            doors = await stack.enter_async_context(open_doors(hub, listen, certificates, page))
            if enrol and hub.downlink:
                own = (certificates.cert, certificates.key)
                await stack.enter_async_context(hub.downlink.enrolment(enrol.host, enrol.port, *own))
            log.info("boxes at https://%s:%d, page %s", listen.host, doors.boxes, doors.page or "off")
            await stop.wait()
    except OSError as cause:
        raise MisconfiguredError(f"Không mở được cửa {listen.host}:{listen.port}: {cause}.") from cause
