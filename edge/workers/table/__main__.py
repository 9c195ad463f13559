"""``python -m edge.workers.table``: started by the supervisor for one brought file, with its socket inherited."""

import os
import resource

from edge.kernel.wire.table import ToTable
from edge.workers.lifeline import run_child
from edge.workers.table.child import serve

NICEST = 19
MOST_MEMORY = 600 * 1024 * 1024
"""Address space of this process: a book that asks for more ends it, and nothing else."""
MOST_CPU_S = 20

if __name__ == "__main__":
    os.nice(NICEST)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    run_child("table", ToTable, serve)
