"""``python -m edge.workers.speech.intake``: takes in one file that somebody brought, and ends.

A process of its own for each file: what a crafted one does to a decoder harms no voice, and its memory is bounded.
"""

import logging
import os
import resource

import msgspec

from edge.core.errors import MolangError
from edge.kernel.wire import Channel
from edge.kernel.wire.speech import TakeFailed, Taken, TakePrompt, ToIntake
from edge.workers.lifeline import answer_one, run_child
from edge.workers.speech.prompt import take_prompt
from edge.workers.speech.upload import take_clip

log = logging.getLogger(__name__)

MOST_MEMORY = 2 * 1024**3
"""Address space; 30 minutes of music take 0.4 GB of it, most of which is libraries."""
MOST_CPU_S = 600
NICENESS = 10
_Supervisor = Channel[ToIntake, msgspec.Struct]


async def serve(supervisor: _Supervisor) -> None:
    """Take in one file."""
    await answer_one(supervisor, _answer)


def _answer(job: ToIntake) -> Taken | TakeFailed:
    try:
        return take_prompt(job) if isinstance(job, TakePrompt) else take_clip(job)
    except MolangError as error:
        return TakeFailed(str(error))
    except MemoryError:
        log.warning("a brought file asked for more than %d bytes", MOST_MEMORY)
        return TakeFailed("Tệp này cần nhiều bộ nhớ hơn mức cho phép.")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    os.nice(NICENESS)
    run_child("intake", ToIntake, serve)  # type: ignore[arg-type]  # a union is a type for msgspec, not for mypy
