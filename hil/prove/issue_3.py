"""Issue 3, "Voice": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.voice.records import audit
from hil.prove.voice.serial import serial_faults

LINES: Mapping[str, Callable[[], Link]] = {
    "serial_faults": serial_faults,
    "audit": audit,
}
