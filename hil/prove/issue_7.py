"""Issue 7, "In the field": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.field.doctor import doctor
from hil.prove.field.power import mains_lost
from hil.prove.field.scan import scan

LINES: Mapping[str, Callable[[], Link]] = {
    "doctor": doctor,
    "mains_lost": mains_lost,
    "scan": scan,
}
