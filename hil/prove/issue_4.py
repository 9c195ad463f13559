"""Issue 4, "Water and phones": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.phones.everything_down import everything_down
from hil.prove.phones.kills import alarm_kills
from hil.prove.phones.pacing import pacing
from hil.prove.phones.pdus import pdus
from hil.prove.phones.zalo import zalo

LINES: Mapping[str, Callable[[], Link]] = {
    "pdus": pdus,
    "zalo": zalo,
    "pacing": pacing,
    "alarm_kills": alarm_kills,
    "everything_down": everything_down,
}
