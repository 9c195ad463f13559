"""The life of the export child: one job, one answer."""

import asyncio
import logging

import msgspec

from edge.core.errors import MolangError
from edge.kernel.wire import Channel
from edge.kernel.wire.export import CutDone, Heal, HealDone, JobFailed, ToExport
from edge.workers.export.cut import cut
from edge.workers.export.heal import heal
from edge.workers.lifeline import say_hello

log = logging.getLogger(__name__)

_Supervisor = Channel[ToExport, msgspec.Struct]


async def serve(supervisor: _Supervisor) -> None:
    """Do the job in a thread, so that the beats go on, and answer; the process ends with us."""
    job = await supervisor.receive()
    if job is None:
        return
    await say_hello(supervisor)
    await supervisor.send(await asyncio.to_thread(_answer, job))


def _answer(job: ToExport) -> CutDone | HealDone | JobFailed:
    try:
        return heal(job) if isinstance(job, Heal) else cut(job)
    except MolangError as error:
        return JobFailed(str(error))
    except OSError as error:
        log.warning("job failed: %s", error)
        return JobFailed(f"Lỗi đĩa khi trích: {error.strerror or error}.")
