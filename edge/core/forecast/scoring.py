"""How good the forecast is on floods that it did not learn from, beside what anybody could say without it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from edge.core.errors import FinalError
from edge.core.forecast.guess import EDGE_M
from edge.core.forecast.model import Model
from edge.core.forecast.predict import Outlook, predict
from edge.core.forecast.samples import TOLERANCE
from edge.core.forecast.train import Flood


@dataclass(frozen=True, slots=True)
class Trial:
    """One issue at a true reading and what truly came; levels in metres. ``outlook`` None: the forecast was silent."""

    issued_ms: int
    due_ms: int
    now_m: float
    came_m: float
    line_m: float
    outlook: Outlook | None

    @property
    def error_m(self) -> float:
        """How far the forecast was off."""
        return abs(self.came_m - self.outlook.level_m) if self.outlook else 0.0

    @property
    def held(self) -> bool:
        """Whether the band took it in."""
        return self.outlook is not None and (self.outlook.low_m - EDGE_M <= self.came_m <= self.outlook.high_m + EDGE_M)


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of the answered trials: means of absolute errors and widths in metres, ``held`` as a share."""

    n: int
    silent: int
    mae_m: float
    mae_persistence_m: float
    mae_line_m: float
    held: float
    width_m: float

    @property
    def over_persistence(self) -> float:
        """The error as a share of that of "it stays as it is"."""
        return self.mae_m / self.mae_persistence_m

    @property
    def over_line(self) -> float:
        """The error as a share of that of the line through the last two readings."""
        return self.mae_m / self.mae_line_m

    @property
    def width_over_mae(self) -> float:
        """The mean width of the band as a multiple of the error."""
        return self.width_m / self.mae_m


def trials(model: Model, flood: Flood, horizon_ms: int) -> Iterator[Trial]:
    """Every true reading with a true reading about the horizon later, one of the two at flood level or above.

    "About": at most a sixth of the horizon early or late, the nearest one; the forecast is asked for its very time.
    """
    level = flood.history.level
    for before, now in zip(level.points, level.points[1:], strict=False):
        came = level.nearest(now.at_ms + horizon_ms, round(TOLERANCE * horizon_ms))
        if came is None or max(now.value, came.value) < flood.flood_m:
            continue
        ahead_ms = came.at_ms - now.at_ms
        found = predict(model, flood.history, now.at_ms, ahead_ms)
        line_m = now.value + (now.value - before.value) * ahead_ms / (now.at_ms - before.at_ms)
        outlook = found if isinstance(found, Outlook) else None
        yield Trial(now.at_ms, came.at_ms, now.value, came.value, line_m, outlook)


def score(tried: Sequence[Trial]) -> Score:
    """The figures. Raises FinalError when there is nothing to judge."""
    told = [trial for trial in tried if trial.outlook is not None]
    if not told:
        raise FinalError("Không có lần dự báo nào để chấm: tệp không có lũ tới báo động 1, hoặc số đo quá thưa.")
    return Score(
        n=len(told),
        silent=len(tried) - len(told),
        mae_m=fmean(trial.error_m for trial in told),
        mae_persistence_m=fmean(abs(trial.came_m - trial.now_m) for trial in told),
        mae_line_m=fmean(abs(trial.came_m - trial.line_m) for trial in told),
        held=fmean(trial.held for trial in told),
        width_m=fmean(trial.outlook.high_m - trial.outlook.low_m for trial in told if trial.outlook),
    )
