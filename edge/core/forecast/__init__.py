"""What the river will do in the next hours: a small model that can be explained, with a band, or silent.

`train` learns from records of floods, `predict` answers for one moment. Numbers in, numbers out; no files, no clock.
"""

from edge.core.forecast.history import History, Point, Release, Series, series
from edge.core.forecast.model import Model, from_json, to_json
from edge.core.forecast.predict import WINDOW_MS, Outlook, Silence, predict
from edge.core.forecast.train import Flood, train

__all__ = [
    "WINDOW_MS",
    "Flood",
    "History",
    "Model",
    "Outlook",
    "Point",
    "Release",
    "Series",
    "Silence",
    "from_json",
    "predict",
    "series",
    "to_json",
    "train",
]
