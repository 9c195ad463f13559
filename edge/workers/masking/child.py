"""The life of the masking child."""

import msgspec

from edge.core.errors import FinalError
from edge.kernel.wire import Channel
from edge.kernel.wire.masking import AreasHidden, AreasRefused, ToMasking
from edge.workers.cameras.onvif.masks import put_masks
from edge.workers.lifeline import answer_one

_Supervisor = Channel[ToMasking, msgspec.Struct]


async def serve(supervisor: _Supervisor) -> None:
    """Ask the camera. One that does not answer at all ends this process: then nothing is known."""
    await answer_one(supervisor, _answer)


def _answer(job: ToMasking) -> AreasHidden | AreasRefused:
    try:
        put_masks(job)
    except FinalError as error:
        return AreasRefused(str(error))
    return AreasHidden()
