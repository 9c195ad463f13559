"""Between the supervisor and the photo child, which lives for one picture."""

from edge.kernel.wire import Beat, Hello, Message
from edge.kernel.wire.export import JobFailed


class TakePhoto(Message, frozen=True):
    """Make a checked JPEG ``out`` of what somebody sent, ``source``."""

    source: str
    out: str


class PhotoTaken(Message, frozen=True):
    """It lies complete on the disk, synced."""

    sha256: str
    bytes: int
    width: int
    height: int


FromPhoto = Hello | Beat | PhotoTaken | JobFailed
