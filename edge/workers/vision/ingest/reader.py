"""Reads one connection: every packet with the time at which it arrived, in bursts while nobody is in a hurry."""

import time
from collections.abc import Callable, Iterator

import av

from edge.kernel.clock import Clock
from edge.workers.vision.ingest.bursts import LONGEST_REST_S, Bursts
from edge.workers.vision.ingest.stream import READ_S, Stream
from edge.workers.vision.ingest.trouble import stalled
from edge.workers.vision.pulse import Pulse

READ_ALLOWED_S = LONGEST_REST_S + READ_S + 2.0
USE_ALLOWED_S = 2.0
"""What one packet may cost whoever gets it, who may renew the promise between two pictures. A decoder that needs longer
hangs, and the shard with it must go."""


class Reader:
    """A connection's packets. One thread uses it; it keeps that thread's promises.

    Waking a thread costs more than reading a packet: once everything that came is read, the reader sleeps for up to
    LONGEST_REST_S and lets the kernel gather what comes meanwhile, unless ``hurry()``.
    """

    def __init__(self, stream: Stream, hurry: Callable[[], bool], pulse: Pulse, thread: str, clock: Clock) -> None:
        self._stream = stream
        self._hurry = hurry
        self._pulse = pulse
        self._thread = thread
        self._clock = clock
        base = stream.video.time_base
        tick_s = float(base) if base else 0.0
        first, gathers = stream.first, stream.gathers_bytes
        began = first.steady if first else clock.steady()
        self._bursts = Bursts(tick_s, began, gathers, held_back=stream.held_back)
        if first:
            self._bursts.began(first.stamp)
        self._read_before = 0
        self.packets_read = 0
        self.bytes_read = 0

    def packets(self) -> Iterator[tuple[av.Packet, float]]:
        """Each packet with its steady time of arrival; raises CameraTroubleError when no more will come."""
        self._pulse.promise(self._thread, READ_ALLOWED_S)
        bursts, asked = self._bursts, self._clock.steady()
        for packet in self._stream.packets():
            now = self._clock.steady()
            if now - asked >= READ_S:
                raise stalled()  # at its deadline FFmpeg first gives out what its parser held back
            self.packets_read += 1
            self.bytes_read += packet.size
            stamp = packet.dts
            steady = bursts.arrived(packet.pts if stamp is None else stamp, asked, now)
            if packet.is_keyframe:
                bursts.key(steady)
            self._pulse.promise(self._thread, USE_ALLOWED_S)
            yield packet, steady
            self._pulse.promise(self._thread, READ_ALLOWED_S)
            if bursts.caught_up and not self._hurry():
                self._rest()
            asked = self._clock.steady()

    def _rest(self) -> None:
        now = self._clock.steady()
        until = self._bursts.rest_until(now, self.bytes_read - self._read_before)
        self._read_before = self.bytes_read
        time.sleep(until - now)
