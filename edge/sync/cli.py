"""``molang sync``: the way to the province, seen and helped from the command line."""

import click

from edge.sync.commands.cli import decisions


@click.group()
def sync() -> None:
    """Đường về tỉnh: còn gì chờ, vì sao, bao giờ xong; chuyển tay bằng thẻ nhớ; tỉnh đề nghị gì."""


for command in decisions:
    sync.add_command(command)
