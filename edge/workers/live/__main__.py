"""``python -m edge.workers.live``: started by the supervisor, with its socket as file descriptor 3."""

from edge.kernel.wire.live import ToLive
from edge.workers.lifeline import run_child
from edge.workers.live.child import serve

if __name__ == "__main__":
    run_child("live", ToLive, serve)  # type: ignore[arg-type]  # a union is a type for msgspec, not for mypy
