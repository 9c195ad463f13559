"""Between the supervisor and the speech child; and the errand that takes in one recorded file."""

from edge.kernel.wire import Beat, Hello, Message

DEADLINE_S = 60.0
DEADLINE_S_PER_CHARACTER = 0.05
"""Ten times what Piper takes on a Raspberry Pi; a thread that takes longer hangs and only a new process helps."""


class Band(Message, frozen=True):
    """What a horn can radiate, Hz; the rest is left out, and all loudness lies inside. ``low_hz`` 0: no lower end."""

    low_hz: float = 250.0
    high_hz: float = 7000.0


class SpeechSetup(Message, frozen=True):
    """First message: where clips go, and the voices to try, best first.

    ``piper:<onnx path>``, ``espeak:<variant>``, ``bank``. Several children may share the folder: a child's unfinished
    files begin with its ``name`` and a dot.
    """

    clips_folder: str
    voices: tuple[str, ...]
    speed: float = 1.0
    name: str = "speech"
    bank_folder: str = ""
    band: Band = Band()


class BankPrompt(Message, frozen=True):
    """One recorded prompt: its words, and the file ``<bank_folder>/<sha256>.wav``."""

    words: str
    sha256: str


class BankPrompts(Message, frozen=True):
    """The whole recorded bank as it is from now on."""

    prompts: tuple[BankPrompt, ...]


class Render(Message, frozen=True):
    """Speak these words (normalised already); the other fields are those of core.speech.Style."""

    job: str
    spoken: str
    chime: bool = True
    closing_chime: bool = False
    times: int = 1
    pause_s: float = 1.5
    voice: str = ""
    speed: float = 0.0
    joined: bool = False


class Rendered(Message, frozen=True):
    """The checked clip lies at ``<clips_folder>/<sha256>.opus``. ``passed_over``: why no better voice spoke."""

    job: str
    sha256: str
    bytes: int
    ms: int
    peak_db: float
    rms_db: float
    voice: str
    model_sha256: str
    passed_over: str = ""


class RenderFailed(Message, frozen=True):
    """No clip: ``reason`` is a Vietnamese sentence."""

    job: str
    reason: str


class SpeechHealth(Message, frozen=True):
    """Which voice speaks now."""

    voice: str
    detail: str


class TakePrompt(Message, frozen=True):
    """Make a prompt of the voice bank out of a file that somebody recorded; it must say ``words``."""

    source: str
    words: str
    bank_folder: str
    band: Band


class TakeClip(Message, frozen=True):
    """Make a clip out of a file that somebody uploaded."""

    source: str
    clips_folder: str
    band: Band


class Taken(Message, frozen=True):
    """The checked file lies in the folder under its sha256."""

    sha256: str
    bytes: int
    ms: int
    peak_db: float
    rms_db: float


class TakeFailed(Message, frozen=True):
    """The file is refused: ``reason`` is a Vietnamese sentence."""

    reason: str


def render_deadline_s(spoken: str, times: int) -> float:
    """The longest that one job may take."""
    return DEADLINE_S + DEADLINE_S_PER_CHARACTER * len(spoken) * times


ToSpeech = SpeechSetup | Render | BankPrompts
FromSpeech = Hello | Beat | Rendered | RenderFailed | SpeechHealth
ToIntake = TakePrompt | TakeClip
FromIntake = Hello | Beat | Taken | TakeFailed
