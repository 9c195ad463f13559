"""The life of the export child: one job, one answer."""

import logging

import msgspec

from edge.core.errors import MolangError
from edge.kernel.wire import Channel
from edge.kernel.wire.export import Conceal, ConcealDone, CutDone, Heal, HealDone, JobFailed, ToExport
from edge.workers.export.conceal import conceal
from edge.workers.export.cut import cut
from edge.workers.export.heal import heal
from edge.workers.lifeline import answer_one

log = logging.getLogger(__name__)

_Supervisor = Channel[ToExport, msgspec.Struct]


async def serve(supervisor: _Supervisor) -> None:
    """Cut, heal or conceal."""
    await answer_one(supervisor, _answer)


def _answer(job: ToExport) -> CutDone | HealDone | ConcealDone | JobFailed:
    try:
        if isinstance(job, Conceal):
            return conceal(job)
        return heal(job) if isinstance(job, Heal) else cut(job)
    except MolangError as error:
        return JobFailed(str(error))
    except OSError as error:
        log.warning("job failed: %s", error)
        return JobFailed(f"Lỗi đĩa khi trích: {error.strerror or error}.")
