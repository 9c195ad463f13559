"""``molang hil run``: scenario scripts on the devices of ``bench.toml``, and a page with the evidence to sign."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from edge.core.errors import FinalError, MolangError
from hil.commune import AlreadyRunningError
from hil.demo import prepare_clips
from hil.handover import report, simulated
from hil.handover.asking import Asker, Nobody, Terminal
from hil.handover.bench_file import Bench, HornAt, Presser, beside, load
from hil.handover.ears import Ear, MicrophoneEar, PersonEar, SimulatedEar
from hil.handover.evidence import Played, Seen
from hil.handover.running import Hands, play_all
from hil.handover.script import Script, read
from hil.harness import NotReadyError
from hil.observed import Observed
from hil.panel import PanelError, PanelPerson

FAILED, LEFT = 1, 3
SCENARIOS = Path(__file__).parent / "scenarios"
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group()
def hil() -> None:
    """Chạy thử trên thiết bị thật hoặc mô phỏng, lập biên bản bàn giao."""


@hil.command()
@click.argument("scripts", type=_FILE, nargs=-1)
@click.option("--bench", "bench_path", type=_FILE, help="bench.toml của xã này.")
@click.option("--simulated", "is_simulated", is_flag=True, help="Dựng một xã mô phỏng để chạy thử.")
@click.option("--report", "folder", type=click.Path(path_type=Path, file_okay=False), required=True,
              help="Thư mục biên bản, sẽ được tạo.")  # fmt: skip
@click.option("--unattended", is_flag=True, help="Không có ai bên cạnh để hỏi.")
def run(
    scripts: tuple[Path, ...], bench_path: Path | None, folder: Path, *, is_simulated: bool, unattended: bool
) -> None:
    """Chạy các kịch bản SCRIPTS (mặc định: mọi kịch bản có sẵn).

    Mã thoát 1: có kịch bản chưa đạt; 3: không có gì hỏng, nhưng còn điều chưa ai nghe hay trả lời.
    """
    if (bench_path is None) != is_simulated:
        raise click.UsageError("Hãy cho --bench TỆP, hoặc --simulated.")
    console = Console(stderr=True)
    try:
        wanted = [read(path) for path in scripts or sorted(SCENARIOS.glob("*.txt"))]
        _make(folder)
        with _bench(bench_path, console) as path:
            played = _played(path, wanted, folder, Nobody() if unattended else Terminal(), console)
            page = report.write(folder, load(path), played)
    except (MolangError, PanelError, NotReadyError, AlreadyRunningError) as error:
        raise click.ClickException(str(error)) from error
    held = sum(one.ok for one in played)
    console.print(f"[bold]{held} trên {len(played)} kịch bản đạt[/]. Biên bản: {page}", soft_wrap=True)
    raise SystemExit(FAILED if any(one.failed for one in played) else 0 if held == len(played) else LEFT)


def _make(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise FinalError(f"{folder} đã có tệp: hãy chọn thư mục khác, biên bản cũ không bị ghi đè.")
    folder.mkdir(parents=True, exist_ok=True)


@contextmanager
def _bench(path: Path | None, console: Console) -> Iterator[Path]:
    if path is not None:
        yield path
        return
    films = prepare_clips(console)
    with tempfile.TemporaryDirectory(prefix="molang-") as name, simulated.commune(Path(name) / "xa", films) as made:
        yield made


def _played(path: Path, scripts: list[Script], folder: Path, asker: Asker, console: Console) -> list[Played]:
    bench = load(path)
    if bench.box.ca:
        os.environ["SSL_CERT_FILE"] = str(beside(path, bench.box.ca))
    devices = beside(path, bench.devices)
    observed = Observed(devices) if bench.devices else None
    with tempfile.TemporaryDirectory(prefix="molang-") as scratch:
        hands = Hands(
            bench=bench,
            operator=_person(path, bench, bench.people.operator, asker),
            leader=_person(path, bench, bench.people.leader, asker),
            ears={horn.id: _ear(horn, devices, observed, asker, Path(scratch)) for horn in bench.horn},
            asker=asker,
            observed=observed,
            devices=devices,
            wall_token=_secret(path, bench.box.wall_token_file) if bench.box.wall_token_file else "",
            folder=folder,
        )
        return play_all(hands, scripts, lambda script, seen: _tell(console, script, seen))


def _person(path: Path, bench: Bench, one: Presser, asker: Asker) -> PanelPerson:
    code = (lambda: asker.code(one.login)) if one.code else None
    try:
        return PanelPerson(bench.box.url, one.login, _secret(path, one.password_file), code)
    except OSError as cause:
        raise FinalError(f"{bench.box.url}: không vào được: {cause}.") from cause


def _secret(path: Path, name: str) -> str:
    try:
        return beside(path, name).read_text("utf-8").strip()
    except OSError as cause:
        raise FinalError(f"{beside(path, name)}: không đọc được: {cause.strerror}.") from cause


def _ear(horn: HornAt, devices: Path, observed: Observed | None, asker: Asker, scratch: Path) -> Ear:
    if horn.sense == "simulated":
        assert observed is not None
        return SimulatedEar(horn.id, observed, devices / f"sound-{horn.id}.tape")
    if horn.sense == "microphone":
        return MicrophoneEar(horn.id, horn.device, scratch / f"{horn.id}.raw")
    return PersonEar(horn.id, horn.id, asker)


def _tell(console: Console, script: Script, seen: Seen) -> None:
    mark = "[green]✔[/]" if seen.ok and seen.done else "[red]✘[/]" if seen.done else "[yellow]–[/]"
    console.print(f"{mark} [dim]{script.name}:[/] {seen.step.text[:90]} [dim]{seen.took_s:.1f} s {seen.note[:120]}[/]",
                  highlight=False, soft_wrap=True)  # fmt: skip
