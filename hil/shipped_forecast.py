"""Makes ``edge/core/forecast/default.py``: the forecaster that is shipped, learned from rivers that the project made.

``python -m hil.shipped_forecast`` from the root of the repository; it takes a minute.
"""

import json

from edge.core.forecast import Flood, Model, to_json, train
from edge.core.forecast.table import history_of
from edge.flood.records import row_of
from hil.harness import ROOT
from hil.known_river import LEVELS_M, STATION, UPSTREAM, flow, river_of, rows

SEEDS = range(1000, 1024)
TARGET = ROOT / "edge" / "core" / "forecast" / "default.py"
DIGITS = 4
HEAD = '''"""The forecaster of a commune without records. Made by ``python -m hil.shipped_forecast``, not by hand.

It knows no station upstream: how far a metre up there lifts the water here is different on every river, and a commune
learns it from its own records with ``molang flood train``.
"""

import json

from edge.core.forecast.model import Model, from_json


def default_model() -> Model:
    """The model that is shipped."""
    return from_json(json.loads(NUMBERS))


NUMBERS = """
'''


def learned() -> Model:
    """A model of these rivers, no two of them alike, with rain from upstream and no level from there."""
    return train([known_flood(seed) for seed in SEEDS], "", "", "hil.known_river")


def known_flood(seed: int, upstream: bool = False, release: bool = False) -> Flood:
    """The record of one of these rivers."""
    read = [row_of(*row[:4]) for row in rows(flow(river_of(seed, release)))]
    kept = read if upstream else [row for row in read if (row.station, row.quantity) != (UPSTREAM, "level")]
    return Flood(history_of(kept, STATION, UPSTREAM), LEVELS_M[0])


def main() -> None:
    """Write the file."""
    text = json.dumps(_rounded(to_json(learned())), indent=1)
    TARGET.write_text(f'{HEAD}{text}\n"""\n', "utf-8")


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(one) for one in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


if __name__ == "__main__":
    main()
