"""Issue 6, "The wall, the panel, the phone": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.people.indicator_tables import indicator_tables

LINES: Mapping[str, Callable[[], Link]] = {
    "indicator_tables": indicator_tables,
}
