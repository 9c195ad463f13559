"""Issue 5, "After the flood": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.province.orders import commands

LINES: Mapping[str, Callable[[], Link]] = {
    "commands": commands,
}
