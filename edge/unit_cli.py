"""What systemd calls beside the services: the amplifier off after every end of the box, and a note of what gave up."""

import asyncio
import contextlib
from pathlib import Path

import click

from edge.broadcast.links import local_setup
from edge.config import Config, load
from edge.config.folders import USUAL_DATA, data_of
from edge.core.errors import MisconfiguredError
from edge.incidents.unit_failures import note_failure
from edge.kernel.log import start_logging
from edge.kernel.process import keep_files_private
from edge.node.start import switch_off

_CONFIG = click.option("--config", "path", type=click.Path(path_type=Path, dir_okay=False), required=True)


@click.command("amps-off")
@_CONFIG
def amps_off(path: Path) -> None:
    """Tắt ampli của chính hộp; không có ampli nào thì thôi. Lỗi nếu ampli không xác nhận."""
    start_logging("amps-off")
    config = _readable(path)
    if config.local_node is not None:
        asyncio.run(switch_off(local_setup(config, config.local_node, config.commune.data, {})))


def _readable(path: Path) -> Config:
    """The settings, or the newest ones that ran when somebody broke the file since: the amplifier is as it was then."""
    try:
        return load(path)
    except MisconfiguredError:
        texts = (USUAL_DATA / "settings").glob("*.toml")
        for text in sorted(texts, key=lambda one: one.stat().st_mtime, reverse=True):
            with contextlib.suppress(MisconfiguredError):
                return load(text)
        raise


@click.command("unit-failed")
@_CONFIG
@click.argument("unit")
def unit_failed(path: Path, unit: str) -> None:
    """Ghi rằng dịch vụ UNIT đã dừng hẳn; bộ điều khiển sẽ mở một sự việc."""
    start_logging("unit-failed")
    keep_files_private()
    note_failure(data_of(path) / "failed-units", unit)
