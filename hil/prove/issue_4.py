"""Issue 4, "Water and phones": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.phones.everything_down import everything_down
from hil.prove.phones.kills import alarm_kills
from hil.prove.phones.pacing import pacing
from hil.prove.phones.pdus import pdus
from hil.prove.phones.zalo import zalo
from hil.prove.water.forecast import forecast
from hil.prove.water.gauge_faults import gauge_faults
from hil.prove.water.replay import flood_replay

LINES: Mapping[str, Callable[[], Link]] = {
    "flood_replay": flood_replay,
    "forecast": forecast,
    "pacing": pacing,
    "pdus": pdus,
    "zalo": zalo,
    "gauge_faults": gauge_faults,
    "alarm_kills": alarm_kills,
    "everything_down": everything_down,
}
