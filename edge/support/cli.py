"""What the units of remote support call: the tunnel outwards, the recorder, and the shell of whoever comes in."""

import asyncio
import os
import socket
from pathlib import Path

import click
import msgspec

from edge.core.errors import MisconfiguredError
from edge.kernel.log import start_logging
from edge.kernel.support_files import NOTES, USUAL, Wish
from edge.support.guest import serve
from edge.support.recorder import Notes, record
from edge.support.tunnel import TunnelKeeper

_PATH = click.Path(path_type=Path, readable=False)  # the supervisor's: we may see one file there


@click.group()
def support() -> None:
    """Hỗ trợ từ xa: phần mà các dịch vụ molang-support gọi."""


@support.command()
@click.option("--wishes", type=_PATH, default=USUAL.wishes, help="Thư mục có ý muốn của quản trị.")
@click.option("--folder", type=_PATH, default=USUAL.tunnel, help="Thư mục của đường hầm.")
@click.option("--door", type=_PATH, default=Path("/run/molang-support.sock"), help="Ổ cắm mà sshd nghe.")
def tunnel(wishes: Path, folder: Path, door: Path) -> None:
    """Giữ đường hầm ra máy của tỉnh cho tới khi ý muốn bị rút lại. Khoá và ý muốn: $CREDENTIALS_DIRECTORY."""
    start_logging("support-tunnel")
    credentials = Path(os.environ.get("CREDENTIALS_DIRECTORY", ""))
    try:
        wish = msgspec.json.decode((credentials / "wish").read_bytes(), type=Wish)
    except (OSError, msgspec.DecodeError) as cause:
        raise MisconfiguredError(f"{credentials / 'wish'}: không đọc được ý muốn mở hỗ trợ ({cause}).") from cause
    asyncio.run(TunnelKeeper(wish, wishes, folder, credentials / "key", door).run())


@support.command()
@click.option("--wishes", type=_PATH, default=USUAL.wishes, help="Thư mục có ổ cắm nghe từng dòng gõ.")
@click.option("--shell", type=_PATH, default=Path("/run/molang-support-shell.sock"), help="Ổ cắm mở bash của khách.")
def door(wishes: Path, shell: Path) -> None:
    """Phiên của người hỗ trợ: từng dòng gõ được ghi lại trước khi tới bash."""
    record(os.environ.get("SSH_ORIGINAL_COMMAND", ""), Notes(wishes / NOTES), shell)


@support.command()
def guest() -> None:
    """Bash của khách ở đầu kia của ổ cắm (stdin)."""
    serve(socket.socket(fileno=0))
