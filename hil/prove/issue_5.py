"""Issue 5, "After the flood": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.province.tus import tus

LINES: Mapping[str, Callable[[], Link]] = {
    "tus": tus,
}
