"""What systemd calls beside the services: the amplifier off after every end of the box, and a note of what gave up."""

import asyncio
from pathlib import Path

import click

from edge.broadcast.links import local_setup
from edge.config import load
from edge.core.errors import MisconfiguredError
from edge.incidents.unit_failures import note_failure
from edge.kernel.log import start_logging
from edge.kernel.process import keep_files_private
from edge.node.start import switch_off

USUAL_DATA = Path("/var/lib/molang")
"""As in docs/ref/example.toml, and the only folder into which the unit may write."""
_CONFIG = click.option("--config", "path", type=click.Path(path_type=Path, dir_okay=False), required=True)


@click.command("amps-off")
@_CONFIG
def amps_off(path: Path) -> None:
    """Tắt ampli của chính hộp; không có ampli nào thì thôi. Lỗi nếu ampli không xác nhận."""
    start_logging("amps-off")
    config = load(path)
    if config.local_node is not None:
        asyncio.run(switch_off(local_setup(config, config.local_node, config.commune.data, {})))


@click.command("unit-failed")
@_CONFIG
@click.argument("unit")
def unit_failed(path: Path, unit: str) -> None:
    """Ghi rằng dịch vụ UNIT đã dừng hẳn; bộ điều khiển sẽ mở một sự việc."""
    start_logging("unit-failed")
    keep_files_private()
    note_failure(_data(path) / "failed-units", unit)


def _data(path: Path) -> Path:
    """Settings that nobody can read are why the unit failed: then the note lies where a box keeps its data."""
    try:
        return Path(load(path).commune.data)
    except MisconfiguredError:
        return USUAL_DATA
