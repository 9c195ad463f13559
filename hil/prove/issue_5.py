"""Issue 5, "After the flood": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.province.api import hub_api
from hil.prove.province.disk_full import disk_full
from hil.prove.province.line import alarm_behind_backlog, bytes_per_event, drain
from hil.prove.province.orders import commands
from hil.prove.province.reports import reports
from hil.prove.province.scale import hub_scale
from hil.prove.province.stick import stick
from hil.prove.province.survival.line import survival
from hil.prove.province.tus import tus

LINES: Mapping[str, Callable[[], Link]] = {
    "survival": survival,
    "bytes_per_event": bytes_per_event,
    "drain": drain,
    "alarm_behind_backlog": alarm_behind_backlog,
    "stick": stick,
    "reports": reports,
    "tus": tus,
    "disk_full": disk_full,
    "commands": commands,
    "hub_scale": hub_scale,
    "hub_api": hub_api,
}
