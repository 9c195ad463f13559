"""``python -m edge.workers.relay``: started by the supervisor for one relay, with its socket as file descriptor 3."""

from edge.kernel.wire.talk import ToRelay
from edge.workers.lifeline import run_child
from edge.workers.relay.child import serve

if __name__ == "__main__":
    run_child("relay", ToRelay, serve)  # type: ignore[arg-type]  # a union is a type for msgspec, not for mypy
