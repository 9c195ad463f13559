"""`molang demo …`: what one can do to the running simulated commune."""

import json
from pathlib import Path
from typing import Any

import click

from edge.control.client import call
from edge.control.protocol import Done, GetState
from hil import uplink
from hil.commune import INFO, default_root
from hil.device_control import tell_devices


@click.group()
@click.option("--folder", type=click.Path(path_type=Path), default=default_root(), help="Thư mục của xã mô phỏng.")
@click.pass_context
def demo(context: click.Context, folder: Path) -> None:
    """Điều khiển xã mô phỏng đang chạy (./run demo)."""
    try:
        context.obj = json.loads((folder / INFO).read_text("utf-8"))
    except OSError as cause:
        raise click.ClickException(f"Chưa có xã mô phỏng nào ở {folder}; hãy chạy ./run demo trước.") from cause


@demo.command("cut-uplink")
@click.pass_obj
def cut_uplink(info: dict[str, Any]) -> None:
    """Cắt đường lên tỉnh."""
    _tell_uplink(info, "cut")


@demo.command("restore-uplink")
@click.pass_obj
def restore_uplink(info: dict[str, Any]) -> None:
    """Nối lại đường lên tỉnh."""
    _tell_uplink(info, "restore")


@demo.command()
@click.pass_obj
def status(info: dict[str, Any]) -> None:
    """Đường lên tỉnh, mực nước, việc còn chờ gửi."""
    _tell_uplink(info, "status")
    click.echo(f"Mực nước: {_devices(info, 'level')} m")
    reply = call(Path(info["control"]), GetState(user="demo", role="technician"))
    state = reply.value if isinstance(reply, Done) else {}
    click.echo(f"Còn chờ gửi: {state.get('uplink', {}).get('backlog')}")
    for service in state.get("services", []):
        click.echo(f"  {service['name']:<16} {service['state']:<9} {service['detail']}")
    click.echo(f"Màn hình: {info['wall']}")


@demo.command()
@click.pass_obj
def flood(info: dict[str, Any]) -> None:
    """Cho lũ lên."""
    click.echo(_devices(info, "flood"))


@demo.command()
@click.pass_obj
def ebb(info: dict[str, Any]) -> None:
    """Cho lũ rút ngay."""
    click.echo(_devices(info, "ebb"))


@demo.command(epilog="modem, gauge, cụm loa: silent late garbled half none unplug plug; camera: stall garble heal")
@click.argument("device")
@click.argument("what")
@click.pass_obj
def fault(info: dict[str, Any], device: str, what: str) -> None:
    """Làm hỏng một thiết bị."""
    if device.startswith("cam-"):
        with (Path(info["devices"]) / "cameras.fifo").open("w") as fifo:
            fifo.write(f"{what} {device}\n")
        click.echo("ok")
    else:
        click.echo(_devices(info, f"{what} {device}" if what in ("plug", "unplug") else f"fault {device} {what}"))


@demo.command()
@click.argument("number")
@click.argument("text")
@click.pass_obj
def sms(info: dict[str, Any], number: str, text: str) -> None:
    """Gửi một tin nhắn tới modem, như từ điện thoại NUMBER."""
    click.echo(_devices(info, f"sms {number} {text}"))


def _tell_uplink(info: dict[str, Any], word: str) -> None:
    try:
        traffic = uplink.ask(Path(info["devices"]), word)
    except OSError as cause:
        raise click.ClickException("Xã mô phỏng không chạy.") from cause
    state = "thông" if traffic.up else "bị cắt"
    click.echo(f"Đường lên tỉnh {state}: gửi {traffic.sent_bytes} byte, nhận {traffic.received_bytes} byte")


def _devices(info: dict[str, Any], line: str) -> str:
    try:
        return tell_devices(Path(info["devices"]), line)
    except OSError as cause:
        raise click.ClickException("Xã mô phỏng không chạy.") from cause
