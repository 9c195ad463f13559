"""Issue 6, "The wall, the panel, the phone": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.people.glass import glass_to_glass

LINES: Mapping[str, Callable[[], Link]] = {
    "glass_to_glass": glass_to_glass,
}
