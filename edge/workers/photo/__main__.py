"""``python -m edge.workers.photo``: checks one picture that somebody sent, and ends.

A process of its own for each: what a crafted file does to a decoder harms nobody else, and its memory is bounded.
"""

import os
import resource

from edge.kernel.wire.photo import TakePhoto
from edge.workers.lifeline import run_child
from edge.workers.photo.picture import serve

MOST_MEMORY = 1024**3
"""Address space; a picture of 50 megapixels takes 0.4 GB of it."""
MOST_CPU_S = 60
MOST_FILE = 8 * 1024**2
NICENESS = 10

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_FILE, MOST_FILE))
    os.nice(NICENESS)
    run_child("photo", TakePhoto, serve)
