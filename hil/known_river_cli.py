"""``molang flood sample``: a synthetic flood as a file of readings, with its truth beside it."""

import csv
import datetime as dt
import json
from pathlib import Path

import click

from hil.known_river import BEGIN, LEVELS_M, River, Truth, flow, river_of, rows


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Tệp số đo, CSV.")
@click.option("--seed", type=int, help="Một con sông ngẫu nhiên khác; không có thì con sông mẫu có xả lũ.")
def sample(out: Path, seed: int | None) -> None:
    """Làm một trận lũ giả để thử khi không có số đo thật.

    Cạnh tệp CSV có tệp .truth.json: nước qua từng mức lúc nào, lên hay xuống, tại từng trạm.
    """
    beside = write(out, flow(River() if seed is None else river_of(seed)))
    click.echo(f"{out}: trạm song_minh, thượng nguồn nguon_minh; sự thật ở {beside}.")


def write(out: Path, truth: Truth) -> Path:
    """The file of readings, and the truth beside it: the path of the latter."""
    with out.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("time", "station", "quantity", "value", "unit"))
        table.writerows(rows(truth))
    beside = out.with_suffix(".truth.json")
    beside.write_text(json.dumps(_told(truth), ensure_ascii=False, indent=1) + "\n", "utf-8")
    return beside


def _told(truth: Truth) -> dict[str, object]:
    return {
        "lag_h": truth.river.lag_h,
        "releases": [
            {"from": _time(opening.hours), "until": _time(opening.hours + opening.lasts_h)}
            for opening in truth.river.openings
        ],
        "crossings": [
            {
                "time": _time(crossing.hours),
                "station": station,
                "level": crossing.level_m,
                "direction": "up" if crossing.up else "down",
            }
            for station in truth.levels_m
            for crossing in truth.crossings(station, LEVELS_M)
        ],
    }


def _time(hours: float) -> str:
    return f"{BEGIN + dt.timedelta(hours=hours):%Y-%m-%dT%H:%M:%S}"
