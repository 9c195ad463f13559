"""Between the supervisor and the export child, which lives for one job."""

from edge.kernel.wire import Beat, Hello, Message
from edge.kernel.wire.vision import Outline


class Piece(Message, frozen=True):
    """One segment to cut from; ``path`` is relative to the media folder."""

    path: str
    began_ms: int


class BlurSetup(Message, frozen=True):
    """How people are found. Without a model (``model_path`` empty) whole pictures are blurred: it fails closed."""

    model_path: str
    backend: str
    labels: tuple[str, ...]
    masks: tuple[Outline, ...] = ()
    threads: int = 1


class Cut(Message, frozen=True):
    """Cut a span out of segments that lie in order. ``out`` is relative to the media folder; ``blur`` None: copy."""

    media_folder: str
    pieces: tuple[Piece, ...]
    since_ms: int
    until_ms: int
    out: str
    blur: BlurSetup | None = None


class CutDone(Message, frozen=True):
    """The file lies complete on the disk, synced. ``gaps`` are times inside it that nobody recorded."""

    sha256: str
    bytes: int
    since_ms: int
    until_ms: int
    pictures: int
    gaps: tuple[tuple[int, int], ...] = ()
    blurred: str = ""
    """people, or all when every whole picture is blurred; empty: nothing."""


class Heal(Message, frozen=True):
    """Look at files that no index knows: a power cut tore them, or their row was not written any more."""

    media_folder: str
    paths: tuple[str, ...]


class Healed(Message, frozen=True):
    """One file that plays, cut back to its last whole fragment; ``ms`` long."""

    path: str
    ms: int
    bytes: int
    codec: str
    width: int
    height: int


class HealDone(Message, frozen=True):
    """What plays of the files; nothing can be seen in the others."""

    healed: tuple[Healed, ...]


class Conceal(Message, frozen=True):
    """Write a picture again with the camera's masks black and, with ``people``, everybody in it unrecognisable.

    ``path`` and ``out`` are absolute; whatever else the file carries (place, phone, time) is not copied.
    """

    path: str
    out: str
    blur: BlurSetup
    people: bool


class ConcealDone(Message, frozen=True):
    """It lies complete on the disk, synced. ``blurred`` as in CutDone."""

    sha256: str
    bytes: int
    blurred: str


class JobFailed(Message, frozen=True):
    """Why it cannot be done, a Vietnamese sentence."""

    reason: str


ToExport = Cut | Heal | Conceal
FromExport = Hello | Beat | CutDone | HealDone | ConcealDone | JobFailed
