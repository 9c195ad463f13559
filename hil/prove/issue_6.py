"""Issue 6, "The wall, the panel, the phone": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link

LINES: Mapping[str, Callable[[], Link]] = {}
