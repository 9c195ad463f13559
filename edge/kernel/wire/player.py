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


class StopPlaying(Message, frozen=True):
    """End this job; it answers Finished with what it played until then."""

    job: int


class Started(Message, frozen=True):
    """The first sample is in the sound card; ``steady`` is when it is heard (CLOCK_MONOTONIC), if the card keeps up."""

    job: int
    steady: float


class Finished(Message, frozen=True):
    """The job ended. Levels are dBFS of the samples really written; -120 is digital silence."""

    job: int
    played_ms: int
    rms_db: float
    peak_db: float


class PlayFailed(Message, frozen=True):
    """The job broke off; ``reason`` is a Vietnamese sentence."""

    job: int
    reason: str
    played_ms: int


ToPlayer = PlayerSetup | Play | Go | StopPlaying
FromPlayer = Hello | Beat | Started | Finished | PlayFailed
