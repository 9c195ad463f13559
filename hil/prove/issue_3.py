"""Issue 3, "Voice": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.voice.live import live_talk
from hil.prove.voice.node import alone, start_skew

LINES: Mapping[str, Callable[[], Link]] = {
    "live_talk": live_talk,
    "alone": alone,
    "start_skew": start_skew,
}
