"""``molang flood replay``: a flood of a file, through the whole box."""

import asyncio
import json
import tempfile
import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from edge.config import load
from edge.core.errors import FinalError
from edge.replay.commune import slug, small_commune, with_levels
from edge.replay.engine import replay as play
from edge.replay.report import report
from edge.replay.rows import Row, read_rows
from edge.store.reader import Reader

Levels = tuple[float, float, float]


@click.command()
@click.argument("path", metavar="CSV", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--station", required=True, help="Tên trạm trong tệp.")
@click.option("--levels", "given", required=True, help="Báo động 1,2,3 bằng mét, ví dụ 1.2,2.2,2.7.")
@click.option("--speed", type=click.FloatRange(1, 1_000_000), default=1000.0, show_default=True, help="Nhanh mấy lần.")
@click.option("--json", "json_path", type=click.Path(path_type=Path, dir_okay=False), help="Ghi kết quả ra tệp này.")
@click.option("--config", "config_path", type=click.Path(path_type=Path, dir_okay=False), help="Xã của mình.")
def replay(
    path: Path, station: str, given: str, speed: float, json_path: Path | None, config_path: Path | None
) -> None:
    """Diễn lại một trận lũ từ tệp số liệu (time,station,quantity,value,unit) qua cả dây chuyền, không phát ra loa."""
    console = Console(stderr=True)
    levels, began = _levels(given), time.monotonic()
    rows = read_rows(path, station)
    with tempfile.TemporaryDirectory(prefix="molang-replay-") as scratch:
        found = _played(rows, station, levels, speed, Path(scratch), config_path, console)
    found |= {
        "file": path.name,
        "station": station,
        "levels": list(levels),
        "took_s": round(time.monotonic() - began, 1),
    }
    if json_path:
        json_path.write_text(json.dumps(found, ensure_ascii=False, indent=2), "utf-8")
    _show(console, found)


def _played(
    rows: list[Row], station: str, levels: Levels, speed: float, folder: Path, given: Path | None, console: Console
) -> dict[str, object]:
    config = with_levels(load(given), station, levels) if given else small_commune(station, levels, str(folder))
    gauge = next(one.id for one in config.gauge if one.id == slug(station) or one.station == station)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(rows[0].time, total=len(rows))
        seen, store = asyncio.run(
            play(config, gauge, rows, speed, folder, lambda n, at: progress.update(task, completed=n, description=at))
        )
    reader = Reader(store)
    try:
        return report(config, seen, reader)
    finally:
        reader.close()


def _levels(given: str) -> Levels:
    try:
        first, second, third = (float(part) for part in given.split(","))
    except ValueError as cause:
        raise click.BadParameter("phải là ba số, ví dụ 1.2,2.2,2.7", param_hint="--levels") from cause
    if not first < second < third:
        raise FinalError("Ba mức báo động phải tăng dần.")
    return first, second, third


def _show(console: Console, found: dict[str, object]) -> None:
    crossings = found["crossings"]
    assert isinstance(crossings, list)
    for one in crossings:
        way, colour = ("lên trên", "red") if one["direction"] == "up" else ("xuống dưới", "green")
        console.print(f"{one['time']}  [{colour}]{way} báo động {one['level']}[/]")
    console.print(
        f"Đỉnh {found['peak_m']} m lúc {found['peak_time']}; {len(crossings)} lần qua mức; {found['took_s']} s."
    )
