"""``python -m edge.workers.whep``: started by the supervisor, with its socket as file descriptor 3."""

from edge.kernel.wire.whep import ToWhep
from edge.workers.lifeline import run_child
from edge.workers.whep.child import serve

if __name__ == "__main__":
    run_child("whep", ToWhep, serve)  # type: ignore[arg-type]  # a union is a type for msgspec, not for mypy
