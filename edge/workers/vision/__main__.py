"""`python -m edge.workers.vision`: started by the supervisor with one end of a socket pair."""

import logging
import os
import signal
import socket
import struct
import threading

import cv2

from edge.kernel.log import start_logging
from edge.kernel.wire import BlockingChannel, Hello, inherited_socket
from edge.kernel.wire.vision import FromShard, ShardSetup, ToShard
from edge.workers.vision.heap import few_arenas
from edge.workers.vision.outbox import SEND_DEADLINE_S
from edge.workers.vision.shard import Shard

log = logging.getLogger("edge.workers.vision")


def main() -> None:
    """Run until the supervisor is gone, then end at once.

    Ends without Python's own farewell: camera threads may sit in FFmpeg for seconds, and freeing its memory
    under them is a crash.
    """
    few_arenas()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the supervisor decides
    threading.excepthook = _die
    sock = inherited_socket()
    # A deadline in the kernel for writing only: reading waits for wishes as long as it takes.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("@ll", int(SEND_DEADLINE_S), 0))
    channel: BlockingChannel[ToShard, FromShard] = BlockingChannel(sock, ToShard)  # type: ignore[arg-type]  # msgspec takes a union
    setup = channel.receive()
    well = True
    if isinstance(setup, ShardSetup):
        start_logging(f"vision-{setup.shard}")
        well = _serve(setup, channel, sock)
    os._exit(0 if well else 1)


def _serve(setup: ShardSetup, channel: BlockingChannel[ToShard, FromShard], sock: socket.socket) -> bool:
    """False when a thread hung."""
    cv2.setNumThreads(1)  # the shard has its own threads, one per camera
    shard = Shard(setup, channel)
    shard.say(Hello(os.getpid()))
    shard.start()
    try:
        return shard.run(sock)
    except ConnectionError:
        log.info("supervisor broke off")
        return True


def _die(failure: threading.ExceptHookArgs) -> None:
    """A thread failed in a way that nobody foresaw: end, and be started again whole."""
    thread = failure.thread.name if failure.thread else "?"
    trace = (failure.exc_type, failure.exc_value or failure.exc_type(), failure.exc_traceback)
    log.critical("thread %s failed", thread, exc_info=trace)
    os._exit(1)


if __name__ == "__main__":
    main()
