"""Between the supervisor and the masking child, which lives for one job: privacy areas into a camera by ONVIF."""

from edge.kernel.wire import Beat, Hello, Message
from edge.kernel.wire.vision import Outline


class PutAreas(Message, frozen=True):
    """Let the camera itself hide ``areas``, and no more what of ``formerly`` is not among them. Never log it."""

    url: str
    user: str
    password: str
    areas: tuple[Outline, ...]
    formerly: tuple[Outline, ...]


class AreasHidden(Message, frozen=True):
    """The camera was asked again and confirms every area."""


class AreasRefused(Message, frozen=True):
    """It does not hide them; ``reason`` is a Vietnamese sentence."""

    reason: str


ToMasking = PutAreas
FromMasking = Hello | Beat | AreasHidden | AreasRefused
