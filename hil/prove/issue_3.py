"""Issue 3, "Voice": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.voice.airtime import airtime
from hil.prove.voice.forgeries import forged
from hil.prove.voice.kills import kills
from hil.prove.voice.latency import latency
from hil.prove.voice.live import live_talk
from hil.prove.voice.node import alone, start_skew
from hil.prove.voice.reading import read_back_all, reading
from hil.prove.voice.records import audit
from hil.prove.voice.serial import serial_faults

LINES: Mapping[str, Callable[[], Link]] = {
    "reading": reading,
    "read_back": read_back_all,
    "latency": latency,
    "start_skew": start_skew,
    "live_talk": live_talk,
    "alone": alone,
    "forged": forged,
    "kills": kills,
    "serial_faults": serial_faults,
    "audit": audit,
    "airtime": airtime,
}
