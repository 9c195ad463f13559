"""Issue 4, "Water and phones": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.phones.pdus import pdus

LINES: Mapping[str, Callable[[], Link]] = {
    "pdus": pdus,
}
