"""``python -m edge.workers.talk``: started by the supervisor, with its socket as file descriptor 3."""

from edge.kernel.wire.talk import ToTalk
from edge.workers.lifeline import run_child
from edge.workers.talk.child import serve

if __name__ == "__main__":
    run_child("talk", ToTalk, serve)  # type: ignore[arg-type]  # a union is a type for msgspec, not for mypy
