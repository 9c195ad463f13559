"""``python -m edge.workers.report``: started by the supervisor for one file, with its socket inherited."""

import os

from edge.kernel.wire.report import ToReport
from edge.workers.lifeline import run_child
from edge.workers.report.child import serve

NICEST = 19

if __name__ == "__main__":
    os.nice(NICEST)  # nobody's horn waits for a report
    run_child("report", ToReport, serve)
