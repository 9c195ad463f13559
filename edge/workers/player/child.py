"""The player's two threads: the main one reads commands, the other plays the current job."""

import os
import select
import socket
import threading
import time

import msgspec

from edge.core.errors import MisconfiguredError, MolangError
from edge.kernel.wire import Beat, BlockingChannel, Hello
from edge.kernel.wire.player import (
    Finished,
    Frames,
    FromPlayer,
    Go,
    Listen,
    Play,
    PlayerSetup,
    PlayFailed,
    Started,
    StopPlaying,
    ToPlayer,
)
from edge.workers.player.decode import blocks
from edge.workers.player.feed import LIVE_LEAD_S, Feed
from edge.workers.player.sinks import Sink, open_sink
from edge.workers.player.stream import CLIP_BURST, Stream

BEAT_S = 2.0
JOIN_S = 3.0
"""Longer than a sound card's deadline, so that a job always ends by itself."""


class PlayerChild:
    """Plays one job at a time until the node hangs up."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._channel: BlockingChannel[ToPlayer, msgspec.Struct] = BlockingChannel(sock, ToPlayer)  # type: ignore[arg-type]  # msgspec takes a union of messages, for which mypy has no type
        self._sending = threading.Lock()
        self._setup = PlayerSetup("", {})
        self._thread: threading.Thread | None = None
        self._job = 0
        self._beat_at = time.monotonic() + BEAT_S
        self._stop = threading.Event()
        self._stream: Stream | None = None
        self._go_at: float | None = None
        self._feed: Feed | None = None

    def run(self) -> None:
        """Serve the node; returns when it is gone, with the sound stopped."""
        self._tell(Hello(os.getpid()))
        try:
            while (message := self._next()) is not None:
                self._obey(message)
        finally:
            self._end_job()

    def _next(self) -> ToPlayer | None:
        """The next command. A talk brings ten a second: beats must not wait for a pause."""
        while True:
            if (left_s := self._beat_at - time.monotonic()) <= 0:
                self._tell(Beat())
                self._beat_at, left_s = time.monotonic() + BEAT_S, BEAT_S
            if select.select([self._sock], [], [], left_s)[0]:
                return self._channel.receive()

    def _obey(self, message: ToPlayer) -> None:
        match message:
            case PlayerSetup():
                self._setup = message
            case Play() | Listen():
                self._end_job()
                self._begin(message)
            case Go(job=job, steady=steady):
                if job == self._job:
                    self._let_go(steady)
            case Frames(job=job):
                if job == self._job and self._feed is not None:
                    self._feed.put(message.seq, message.frames, last=message.last)
            case StopPlaying(job=job):
                if job == self._job:
                    self._ask_to_stop()

    def _begin(self, play: Play | Listen) -> None:
        self._job, self._stop, self._stream, self._go_at = play.job, threading.Event(), None, None
        self._feed = Feed(play.gain_db) if isinstance(play, Listen) else None
        self._thread = threading.Thread(target=self._play, args=(play,), name="sound", daemon=True)
        self._thread.start()

    def _ask_to_stop(self) -> None:
        self._stop.set()
        if self._stream is not None:
            self._stream.stop()

    def _let_go(self, steady: float) -> None:
        self._go_at = steady
        if self._stream is not None:
            self._stream.go(steady)

    def _end_job(self) -> None:
        if self._thread is not None:
            self._ask_to_stop()
            self._thread.join(JOIN_S)
            self._thread = None

    def _play(self, play: Play | Listen) -> None:
        try:
            self._tell(self._result_of(play))
        except MolangError as error:
            played_ms = self._stream.played_ms if self._stream else 0
            self._tell(PlayFailed(play.job, str(error), played_ms))

    def _new_stream(self, sink: Sink, play: Play | Listen) -> Stream:
        def started(steady: float) -> None:
            self._tell(Started(play.job, steady))

        if isinstance(play, Play):
            return Stream(sink, started, held=play.held, burst=CLIP_BURST)
        return Stream(sink, started, lead_s=LIVE_LEAD_S)

    def _result_of(self, play: Play | Listen) -> FromPlayer:
        feed = self._feed
        sink = open_sink(self._setup.sound_kind, self._setup.sound)
        drain = False
        try:
            self._stream = stream = self._new_stream(sink, play)
            if self._go_at is not None:  # the word came before there was a stream to tell
                stream.go(self._go_at)
            if self._stop.is_set():
                stream.stop()
            if isinstance(play, Play):
                played = stream.run(blocks(play.paths, play.gain_db, play.repeat))
            else:
                assert feed is not None
                played = stream.run(feed.blocks())
            drain = not played.stopped
        finally:
            sink.close(drain=drain)
        if played.ms == 0 and not played.stopped:
            raise MisconfiguredError("Các đoạn tiếng không có mẫu nào.")
        missing = (feed.missing_ms, feed.longest_gap_ms) if feed else (0, 0)
        return Finished(play.job, played.ms, played.rms_db, played.peak_db, *missing)

    def _tell(self, message: FromPlayer) -> None:
        try:
            with self._sending:
                self._channel.send(message)
        except OSError:
            self._ask_to_stop()  # the node is gone: nobody could stop us any more
