"""Link ``flood_replay``: the real flood of 2020 and a synthetic one through the whole chain, judged independently."""

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from edge.replay.commune import DUTIES, EXPOSED
from hil.bench.outcome import BenchUnavailableError
from hil.harness import ROOT, python
from hil.links import Figure, Link
from hil.prove.water import known_flood
from hil.prove.water.judge import Met, crossings, levels_in, standing

OBSERVED = ROOT.parent / "shared" / "assets" / "river" / "observed_2020.csv"
STATION, LEVELS, PEAK_M = "le_thuy", "1.2,2.2,2.7", 4.88
WITHIN_S = 90.0
REACHED = frozenset({"taken", "escalated"})


def flood_replay() -> Link:
    """Every crossing at its row, none invented; the peak; everybody told; horns of exposed hamlets; the all clear."""
    if not OBSERVED.is_file():
        raise BenchUnavailableError(f"{OBSERVED} is not there")
    figures: dict[str, Figure] = {}
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        synthetic = Path(folder) / "synthetic.csv"
        known_flood.write(synthetic, "song_minh")
        for name, path, station in (("2020", OBSERVED, STATION), ("synthetic", synthetic, "song_minh")):
            found = _replayed(path, station, Path(folder) / f"{name}.json")
            figures |= {f"{key}_{name}": value for key, value in _figures(found, path, station).items()}
            wrong += [f"{name}: {sentence}" for sentence in complaints(found, path, station)]
            if name == "2020":
                figures["peak_m"] = found["peak_m"]
                if found["peak_m"] != PEAK_M:
                    wrong.append(f"peak {found['peak_m']} m, not {PEAK_M} m")
    return Link("flood_replay", not wrong, figures, "; ".join(wrong[:5]))


def _replayed(path: Path, station: str, out: Path) -> dict[str, Any]:
    command = python("edge", "flood", "replay", path, "--station", station, "--levels", LEVELS)
    subprocess.run(
        [*command, "--speed", "1000", "--json", str(out)], cwd=ROOT, check=True, capture_output=True, timeout=600
    )
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return found


def true_crossings(path: Path, station: str) -> list[Met]:
    """As the independent judge finds them."""
    return crossings(levels_in(path, station), [Decimal(part) for part in LEVELS.split(",")])


def complaints(found: Mapping[str, Any], path: Path, station: str) -> list[str]:
    """Everything that is not as it must be."""
    met = true_crossings(path, station)
    told = sorted(Met(one["time"], one["level"], one["direction"]) for one in found["crossings"])
    wrong = []
    if told != met:
        wrong.append(f"missed {sorted(set(met) - set(told))[:3]}, invented {sorted(set(told) - set(met))[:3]}")
    if found["peak_m"] != float(max(value for _, value in levels_in(path, station))):
        wrong.append(f"peak {found['peak_m']}")
    if found["took_s"] >= WITHIN_S:
        wrong.append(f"took {found['took_s']} s")
    return wrong + _silent(found, met) + _unreached(found, met)


def _silent(found: Mapping[str, Any], met: Sequence[Met]) -> list[str]:
    """Exposed hamlets whose horns were not told, at each level on the way up and at the all clear."""
    wrong, exposed = [], set[str]()
    for time, before, after in standing(met):
        said = {horn for row in found["announcements"] if row["time"] == time for horn in row["horns"]}
        if after > before:
            exposed |= set(EXPOSED[after])
        wanted = set(EXPOSED[after]) if after > before else set(exposed if after == 0 else ())
        missing = {f"loa-{hamlet}" for hamlet in wanted} - said
        if missing:
            wrong.append(f"{time}: {sorted(missing)} not told of level {after}")
        if after == 0:
            exposed = set()
    return wrong


def _unreached(found: Mapping[str, Any], met: Sequence[Met]) -> list[str]:
    """Officials of the commune and of exposed hamlets who were neither reached nor passed on to somebody else."""
    highest = max((after for _, _, after in standing(met)), default=0)
    wanted = {f"xa-{number}" for number, _ in enumerate(DUTIES, 1)}
    wanted |= {f"thon-{hamlet}" for level in range(1, highest + 1) for hamlet in EXPOSED[level]}
    reached = {one["id"] for one in found["officials"] if any(one.get(state) for state in REACHED)}
    left = sorted((wanted - reached) | {one["id"] for one in found["officials"] if one["unsettled"]})
    return [f"{len(left)} of {len(wanted)} officials not reached, nor passed on: {', '.join(left)}"] if left else []


def _figures(found: Mapping[str, Any], path: Path, station: str) -> dict[str, Figure]:
    met = true_crossings(path, station)
    return {
        "crossings": len(found["crossings"]),
        "crossings_true": len(met),
        "readings": found["readings"],
        "readings_bad": found["readings"] - found["qualities"].get("good", 0),
        "announcements": len(found["announcements"]),
        "all_clears": len(found["all_clear"]),
        "alarms_answered": sum(one.get("taken", 0) for one in found["officials"]),
        "alarms_escalated": sum(one["escalated"] for one in found["officials"]),
        "alarms_unsettled": sum(one["unsettled"] for one in found["officials"]),
        "took_s": found["took_s"],
    }
