"""``molang flood train``: a commune's own model from its own records."""

import json
from pathlib import Path

import click
from rich.console import Console

from edge.core.forecast import to_json
from edge.core.forecast import train as learn
from edge.flood.options import FILES, LEVELS, STATION, UPSTREAM
from edge.flood.records import flood_in


@click.command()
@FILES
@STATION
@UPSTREAM
@LEVELS
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Tệp mô hình, JSON.")
def train(files: tuple[Path, ...], station: str, upstream: str, levels: tuple[float, ...], out: Path) -> None:
    """Học mô hình dự báo từ số đo những trận lũ cũ; mỗi tệp là một trận."""
    console = Console()
    with console.status(f"Đang học từ {len(files)} tệp…"):
        floods = [flood_in(path, station, upstream, levels[0]) for path in files]
        model = learn(floods, station, upstream, ", ".join(path.stem for path in files))
    out.write_text(json.dumps(to_json(model), ensure_ascii=False, indent=1) + "\n", "utf-8")
    pairs = max(fit.n for fit in model.fits)
    console.print(f"[green]✔[/] {out}: học từ {pairs} cặp số đo của {len(files)} tệp, trạm {station}.", soft_wrap=True)
