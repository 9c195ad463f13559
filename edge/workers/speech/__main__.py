"""``python -m edge.workers.speech``: started by the supervisor, with its socket inherited."""

from edge.kernel.wire.speech import ToSpeech
from edge.workers.lifeline import run_child
from edge.workers.speech.child import serve

if __name__ == "__main__":
    run_child("speech", ToSpeech, serve)  # type: ignore[arg-type]  # a union is a type for msgspec, not for mypy
