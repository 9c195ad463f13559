"""``python -m edge.workers.masking``: started by the supervisor for one job, with its socket inherited."""

from edge.kernel.wire.masking import ToMasking
from edge.workers.lifeline import run_child
from edge.workers.masking.child import serve

if __name__ == "__main__":
    run_child("masking", ToMasking, serve)
