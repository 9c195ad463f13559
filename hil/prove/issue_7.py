"""Issue 7, "In the field": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.field.doctor import doctor

LINES: Mapping[str, Callable[[], Link]] = {
    "doctor": doctor,
}
