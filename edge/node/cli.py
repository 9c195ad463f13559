"""``molang node``: a relay node, from its file."""

import asyncio
from pathlib import Path

import click

from edge.core.errors import MisconfiguredError, MolangError
from edge.kernel.log import start_logging
from edge.kernel.process import keep_files_private
from edge.node.inventory import inventory
from edge.node.settings import NodeFile, load
from edge.node.start import run_relay, switch_off

WRONG_SETTING = 78
"""EX_CONFIG of sysexits.h: systemd does not start it again (RestartPreventExitStatus)."""


@click.command("node")
@click.option("--config", "path", type=click.Path(path_type=Path), required=True, help="Tệp node.toml của nút này.")
@click.option("--amps-off", is_flag=True, help="Chỉ tắt ampli rồi thoát (dùng cho ExecStopPost).")
@click.option("--check", is_flag=True, help="Chỉ in ra nút này có gì rồi thoát; hãy dừng nút đang chạy trước.")
def node(path: Path, amps_off: bool, check: bool) -> None:
    """Chạy một nút loa."""
    start_logging("node")
    keep_files_private()
    try:
        file = load(path)
        if check:
            asyncio.run(_print(file))
        else:
            asyncio.run(switch_off(file.setup()) if amps_off else run_relay(file))
    except MolangError as error:
        click.echo(str(error), err=True)
        raise SystemExit(WRONG_SETTING if isinstance(error, MisconfiguredError) else 1) from error


async def _print(file: NodeFile) -> None:
    async for line in inventory(file):
        click.echo(line)
