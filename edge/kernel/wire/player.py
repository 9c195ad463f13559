"""Between a node and its player, the child that decodes clips and feeds the sound card."""

from edge.kernel.wire import Beat, Hello, Message


class PlayerSetup(Message, frozen=True):
    """First message: the sound card. ``alsa`` wants ``device``, ``unix`` wants ``path`` (a simulated card)."""

    sound_kind: str
    sound: dict[str, str | int | float]


class Play(Message, frozen=True):
    """Play these files in order, all of them ``repeat`` times. A job that still plays is stopped first.

    With ``held`` the card is opened and the first samples are decoded, and then the job waits for its ``Go``.
    """

    job: int
    paths: tuple[str, ...]
    gain_db: float = 0.0
    repeat: int = 1
    held: bool = False


class Go(Message, frozen=True):
    """Let a held job sound: its first sample is heard at ``steady`` (CLOCK_MONOTONIC), at once if that has passed."""

    job: int
    steady: float = 0.0


class Listen(Message, frozen=True):
    """Play the frames of a talk as they come, until the last one. A job that still plays is stopped first."""

    job: int
    gain_db: float = 0.0


class Frames(Message, frozen=True):
    """Opus frames of 20 ms of a Listen job, at their place in the talk (``seq``, in packets); verified already."""

    job: int
    seq: int
    frames: tuple[bytes, ...]
    last: bool = False


class StopPlaying(Message, frozen=True):
    """End this job; it answers Finished with what it played until then."""

    job: int


class Started(Message, frozen=True):
    """The first sample is in the sound card; ``steady`` is when it is heard (CLOCK_MONOTONIC), if the card keeps up."""

    job: int
    steady: float


class Finished(Message, frozen=True):
    """The job ended. Levels are dBFS of the samples really written; -120 is digital silence.

    Of a talk: ``missing_ms`` were silence because nothing was there to play, ``longest_gap_ms`` at most in one go.
    """

    job: int
    played_ms: int
    rms_db: float
    peak_db: float
    missing_ms: int = 0
    longest_gap_ms: int = 0


class PlayFailed(Message, frozen=True):
    """The job broke off; ``reason`` is a Vietnamese sentence."""

    job: int
    reason: str
    played_ms: int


ToPlayer = PlayerSetup | Play | Go | Listen | Frames | StopPlaying
FromPlayer = Hello | Beat | Started | Finished | PlayFailed
