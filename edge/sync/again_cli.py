"""``molang sync again``: what the province confirmed and lost, as by a restore from an old copy, is sent once more."""

from pathlib import Path

import click

from edge.config import load
from edge.config.option import CONFIG
from edge.control.client import call
from edge.control.protocol import Refused, SendAgain
from edge.core.errors import FinalError
from edge.sync.stick_cli import DEADLINE_S, ROLE, USER, control_of


@click.command()
@CONFIG
@click.option("--since", type=click.IntRange(min=1), required=True, metavar="SỐ", help="Số đầu tiên phải gửi lại.")
def again(config_path: Path, since: int) -> None:
    """Gửi lại mọi sự kiện từ SỐ trở đi: khi tỉnh mất những gì đã xác nhận. Cái tỉnh còn giữ không bị nhân đôi."""
    answer = call(control_of(load(config_path)), SendAgain(user=USER, role=ROLE, since_seq=since), DEADLINE_S)
    if isinstance(answer, Refused):
        raise FinalError(answer.reason)
    click.echo(f"{answer.value['events']} sự kiện chờ gửi lại.")
