"""`molang cameras …`: find cameras, look at one before it is taken into service, draw its rules."""

import json
import webbrowser
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from edge.config import load
from edge.config.first import write_private
from edge.config.option import CONFIG
from edge.core.errors import MolangError
from edge.workers.cameras.advice import advice
from edge.workers.cameras.block import Found, config_block
from edge.workers.cameras.onvif.device import OnvifCamera, Profile
from edge.workers.cameras.onvif.discovery import discover
from edge.workers.cameras.probe import Probe, probe
from edge.workers.cameras.report import as_json, as_table

CLOCK_OFF_S = 5.0
"""A camera's burned-in clock may differ so much before it is worth setting."""


@click.group()
def cameras() -> None:
    """Tìm camera, xem thử một camera, vẽ luật của nó."""


@cameras.command("check")
@click.argument("url")
@click.option("--udp", is_flag=True, help="Nhận qua UDP thay cho TCP.")
@click.option("--json", "as_json_", is_flag=True, help="In số liệu dạng JSON.")
def check_command(url: str, *, udp: bool, as_json_: bool) -> None:
    """Xem thử luồng URL (rtsp://…) mươi giây rồi nói nên đổi gì trong camera."""
    if not url.startswith(("rtsp://", "rtsps://")):
        raise click.ClickException("Địa chỉ phải bắt đầu bằng rtsp:// hoặc rtsps://.")
    seen = _probed(url, "udp" if udp else "tcp")
    if as_json_:
        click.echo(json.dumps(as_json(seen), ensure_ascii=False))
        return
    console = Console()
    console.print(as_table(seen))
    wanted = advice(seen)
    for line in wanted or ("Không cần đổi gì trong camera.",):
        console.print(f"{'→' if wanted else '✓'} {line}", style="yellow" if wanted else "green", markup=False)


def _probed(url: str, transport: str) -> Probe:
    with Progress(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("Đang xem luồng hình", total=1.0)
        try:
            return probe(url, transport, lambda share: bars.update(task, completed=share))
        except MolangError as error:
            raise click.ClickException(str(error)) from error


@cameras.command("discover")
@click.option("--user", default="admin", show_default=True, help="Tên đăng nhập của các camera.")
@click.option("--password", envvar="MOLANG_CAMERA_PASSWORD", help="Mật khẩu; không nêu thì được hỏi.")
@click.option("--wait", "wait_s", type=click.FloatRange(1, 30), default=4.0, show_default=True, help="Chờ mấy giây.")
@click.option("--address", default="", help="Địa chỉ của máy này trên mạng camera, nếu máy có nhiều mạng.")
@click.option("--set-clock", is_flag=True, help="Đặt giờ cho camera nào sai quá 5 giây.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Ghi các bảng [[camera]] vào tệp mới.")
def discover_command(
    user: str, password: str | None, wait_s: float, address: str, output: Path | None, *, set_clock: bool
) -> None:
    """Tìm camera ONVIF trong mạng và viết bảng cấu hình của chúng."""
    console = Console(stderr=True)
    secret = password if password is not None else click.prompt("Mật khẩu camera", hide_input=True, err=True)
    with console.status("Đang hỏi mạng…"):
        try:
            services = discover(wait_s, address)
        except MolangError as error:
            raise click.ClickException(str(error)) from error
    if not services:
        raise click.ClickException("Không thấy camera ONVIF nào; camera có bật ONVIF và cùng mạng với máy này không?")
    blocks = [_asked(OnvifCamera(url, user, secret), console, set_clock=set_clock) for url in services]
    _write("".join(block for block in blocks if block), output, console)
    if not all(blocks):
        raise SystemExit(1)


def _asked(camera: OnvifCamera, console: Console, *, set_clock: bool) -> str:
    """The block of one camera; empty, with the reason said, when it did not tell."""
    try:
        off_s = camera.clock_ahead().total_seconds()
        if abs(off_s) > CLOCK_OFF_S:
            _tell_clock(camera, off_s, console, set_clock=set_clock)
        name, profiles = camera.name(), camera.profiles()
    except MolangError as error:
        console.print(f"✗ {camera.host}: {error}", style="red", markup=False)
        return ""
    watch, record = choose(profiles)
    console.print(f"✓ {camera.host}: {name}, xem {_size(watch)}, ghi {_size(record)}", style="green", markup=False)
    same = watch.url == record.url
    return config_block(
        Found(name, camera.host, camera.with_login(watch.url), "" if same else camera.with_login(record.url))
    )


def choose(profiles: list[Profile]) -> tuple[Profile, Profile]:
    """Which stream to watch and which to record, of streams with the largest first.

    Watched is the smallest that is H.264 and at least 320 wide, for a browser must play it; recorded is the largest.
    """
    record = profiles[0]
    fit = [one for one in profiles if one.codec.upper().replace(".", "") == "H264" and one.width >= 320]
    return (fit[-1] if fit else profiles[-1]), record


def _tell_clock(camera: OnvifCamera, off_s: float, console: Console, *, set_clock: bool) -> None:
    if set_clock:
        camera.set_clock()
        console.print(f"• {camera.host}: đồng hồ sai {off_s:+.0f} s, đã đặt lại.", style="yellow", markup=False)
    else:
        console.print(f"• {camera.host}: đồng hồ sai {off_s:+.0f} s; thêm --set-clock để đặt lại.", style="yellow")


def _size(profile: Profile) -> str:
    return f"{profile.codec} {profile.width}x{profile.height}"


def _write(text: str, output: Path | None, console: Console) -> None:
    if output is None or not text:
        click.echo(text, nl=False)
        return
    if output.exists():
        raise click.ClickException(f"{output} đã có; chọn tên khác.")
    try:
        write_private(output, text)
    except OSError as error:
        raise click.ClickException(f"Không ghi được {output}: {error.strerror}.") from error
    console.print(f"Đã viết {output} (có mật khẩu, quyền 0600).", markup=False)


@cameras.command("tune")
@click.argument("camera")
@CONFIG
@click.option("--open", "open_", is_flag=True, help="Mở trang trong trình duyệt của máy này.")
def tune_command(camera: str, config_path: Path, *, open_: bool) -> None:
    """In địa chỉ trang vẽ vùng và vạch của CAMERA, và xem chúng đã báo gì trong 24 giờ qua."""
    config = load(config_path)
    known = [one.id for one in config.camera]
    if camera not in known:
        raise click.ClickException(f"Không có camera `{camera}`; có: {', '.join(known)}.")
    url = f"http://{config.web.host}:{config.web.port}/cameras/{camera}/tune"
    click.echo(url)
    if open_:
        webbrowser.open(url)
