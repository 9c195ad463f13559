"""``molang sync``: the way to the province, seen and helped from the command line."""

import click

from edge.sync.again_cli import again
from edge.sync.commands.cli import decisions
from edge.sync.dead_cli import dead
from edge.sync.status_cli import status
from edge.sync.stick_cli import export, key, receipt


@click.group()
def sync() -> None:
    """Đường về tỉnh: còn gì chờ, vì sao, bao giờ xong; chuyển tay bằng thẻ nhớ."""


for command in (status, again, dead, export, receipt, key, *decisions):
    sync.add_command(command)
