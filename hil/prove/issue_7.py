"""Issue 7, "In the field": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.field.provision import provision

LINES: Mapping[str, Callable[[], Link]] = {
    "provision": provision,
}
