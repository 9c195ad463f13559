"""``python -m edge.workers.export``: started by the supervisor for one job, with its socket inherited."""

import os

from edge.kernel.wire.export import ToExport
from edge.workers.export.child import serve
from edge.workers.lifeline import run_child

NICEST = 19

if __name__ == "__main__":
    os.nice(NICEST)  # an export may take longer; a camera may not be seen later because of it
    run_child("export", ToExport, serve)  # type: ignore[arg-type]  # a union is a type for msgspec, not for mypy
