"""Issue 4, "Water and phones": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.phones.zalo import zalo

LINES: Mapping[str, Callable[[], Link]] = {
    "zalo": zalo,
}
