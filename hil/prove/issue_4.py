"""Issue 4, "Water and phones": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.water.forecast import forecast

LINES: Mapping[str, Callable[[], Link]] = {
    "forecast": forecast,
}
