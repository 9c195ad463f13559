"""Between the supervisor and the speech child."""

from edge.kernel.wire import Beat, Hello, Message


class SpeechSetup(Message, frozen=True):
    """First message: where clips go, and the voices to try, best first: ``piper:<onnx path>``, ``espeak:<variant>``.

    Several children may share the folder: a child's unfinished files begin with its ``name`` and a dot.
    """

    clips_folder: str
    voices: tuple[str, ...]
    speed: float = 1.0
    name: str = "speech"


class Render(Message, frozen=True):
    """Speak these words (normalised already). ``chime`` puts a short chime before them."""

    job: str
    spoken: str
    chime: bool = True


class Rendered(Message, frozen=True):
    """The checked clip lies at ``<clips_folder>/<sha256>.opus``."""

    job: str
    sha256: str
    bytes: int
    ms: int
    peak_db: float
    rms_db: float
    voice: str
    model_sha256: str


class RenderFailed(Message, frozen=True):
    """No clip: ``reason`` is a Vietnamese sentence."""

    job: str
    reason: str


class SpeechHealth(Message, frozen=True):
    """Which voice speaks now."""

    voice: str
    detail: str


ToSpeech = SpeechSetup | Render
FromSpeech = Hello | Beat | Rendered | RenderFailed | SpeechHealth
