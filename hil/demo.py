"""`./run demo`: a simulated commune on this machine, until Ctrl-C; `--once` runs the chain through without a person."""

import signal
import sys
import time
from pathlib import Path
from types import FrameType

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from edge.core.policy.rights import Role
from hil import clips, links, once
from hil.commune import AlreadyRunningError, Commune, default_root
from hil.devices import HOURS_PER_S
from hil.harness import ROOT, NotReadyError
from models import assets
from models.errors import ModelError

ONCE_HOURS_PER_S = 0.3
"""Without a person watching, the river reaches báo động 1 some seven seconds after the flood began."""
ROLE_NAMES = {
    Role.DUTY: "Trực ban / duty officer",
    Role.OPERATOR: "Cán bộ truyền thanh / operator",
    Role.LEADER: "Lãnh đạo / leader",
    Role.TECHNICIAN: "Kỹ thuật viên / technician",
    Role.OFFICIAL: "Cán bộ, trưởng thôn / official",
    Role.VIEWER: "Người xem / viewer",
    Role.ADMIN: "Quản trị / admin",
}


@click.command()
@click.option(
    "--once", "run_once", is_flag=True, help="Chạy hết chuỗi rồi thoát; mã thoát 0 khi mọi mắt xích được thấy."
)
@click.option("--json", "json_path", type=click.Path(path_type=Path, dir_okay=False), help="Ghi kết quả của --once.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=default_root(), show_default=True)
def main(run_once: bool, json_path: Path | None, folder: Path) -> None:
    """Chạy một xã mô phỏng. / Run a simulated commune."""
    console = Console(stderr=True)
    signal.signal(signal.SIGTERM, _on_sigterm)
    began = time.monotonic()
    try:
        films = prepare_clips(console)
        pace = ONCE_HOURS_PER_S if run_once else HOURS_PER_S
        with Commune(
            folder,
            films,
            hours_per_s=pace,
            watch=lambda name, took_s: _tell_ready(console, name, took_s),
            neighbours=not run_once,
            figures=not run_once,
        ) as commune:
            if run_once:
                sys.exit(_run_once(commune, console, json_path, began))
            _live(commune, console)
    except (NotReadyError, AlreadyRunningError, ModelError) as error:
        raise click.ClickException(str(error)) from error


def prepare_clips(console: Console) -> tuple[clips.ClipInfo, ...]:
    """The films, made now if they are not there; says which footage they come from."""
    assets.pull(("bikes", "reference-images"))
    if not clips.has_shared_footage():
        console.print("[dim]Không có ../shared/assets: phim làm từ tệp mẫu. (Absent: films from packaged samples.)[/]")
    columns = (TextColumn("phim {task.description:<9}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, console=console, transient=True) as bars:
        tasks = {recipe.name: bars.add_task(recipe.name, total=1.0) for recipe in clips.recipes()}
        return clips.make_clips(ROOT / "var" / "clips", lambda name, share: bars.update(tasks[name], completed=share))


def _run_once(commune: Commune, console: Console, json_path: Path | None, began: float) -> int:
    found = once.watch_the_chain(commune, console)
    if json_path is not None:
        facts = {"took_s": round(time.monotonic() - began, 1), "shared_assets": clips.has_shared_footage()}
        links.write(json_path, found, facts)
    return 0 if links.all_ok(found) else 1


def _live(commune: Commune, console: Console) -> None:
    tell_ways_in(commune, console)
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        console.print("Đang dừng… / stopping…")


def tell_ways_in(commune: Commune, console: Console) -> None:
    """Addresses, log-ins and passwords, each whole on its line however narrow the terminal is: they are copied."""
    passwords = commune.access.passwords
    lines = [
        "",
        f"[bold]Màn hình / wall[/]   {commune.wall_url}",
        f"[bold]Phát thanh / panel[/] {commune.panel_url}",
        f"[bold]Tỉnh / province[/]   {commune.hub_page_url}",
        "",
        f"[dim]{'':<34} {'tên đăng nhập / login':<23} mật khẩu / password[/]",
        *(f"{ROLE_NAMES[Role(role)]:<34} {role:<23} [yellow]{word}[/]" for role, word in passwords.items()),
        "",
        "[dim]Bản tin đầu tiên, từng bước: README.vi.md. Ở đây không ai cần mã từ điện thoại.[/]",
        "[dim]Your first notice, step by step: README.md. Nobody needs a code from a phone here.[/]",
        "[dim]./run molang demo cut-uplink | restore-uplink | flood | ebb | status | fault …[/]",
        f"[dim]Nhật ký / logs: {commune.layout.logs}   Dừng / stop: Ctrl-C[/]",
    ]
    console.rule("[bold]Mõ Làng[/]", style="green")
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False)


def _tell_ready(console: Console, name: str, took_s: float) -> None:
    console.print(f"  [green]•[/] {name:<14} [dim]{took_s:.1f} s[/]", highlight=False)


def _on_sigterm(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
