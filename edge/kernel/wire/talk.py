"""Between the supervisor and the children that make a talk: `talk` hears a browser's microphone, `relay` a radio.

Codecs, WebRTC and the talk's private key are theirs alone; the supervisor gets packets that are signed already.
"""

from edge.kernel.wire import Beat, Hello, Message

MOST_OFFER = 20_000


class TalkSetup(Message, frozen=True):
    """First message to `talk`: the addresses of this machine that browsers may reach (empty: all of them)."""

    addresses: tuple[str, ...]


class OpenTalk(Message, frozen=True):
    """A browser wants to speak; ``offer`` is its SDP with all candidates in it."""

    stream: str
    offer: str


class OpenRelay(Message, frozen=True):
    """First and only job of a `relay`: ``source`` as `edge.core.relay` reads it."""

    stream: str
    source: str


class CloseTalk(Message, frozen=True):
    """The talk is over: send its last packet, and forget its key."""

    stream: str


class TalkOpened(Message, frozen=True):
    """The talk has a key (public, hex). ``answer`` is our SDP; a relay has none, and its source sounds already."""

    stream: str
    talk_key: str
    answer: str = ""


class TalkRefused(Message, frozen=True):
    """It could not be opened; ``reason`` is a Vietnamese sentence."""

    stream: str
    reason: str


class TalkSound(Message, frozen=True):
    """One signed packet, as it travels to the horns."""

    stream: str
    payload: bytes


class TalkLevel(Message, frozen=True):
    """How loud it is after levelling, dBFS, four times a second."""

    stream: str
    rms_db: float
    peak_db: float


class TalkEnded(Message, frozen=True):
    """Nothing more will come of this stream; ``why`` is empty when we were asked to close it, else a sentence."""

    stream: str
    why: str = ""


ToTalk = TalkSetup | OpenTalk | CloseTalk
ToRelay = OpenRelay | CloseTalk
FromTalk = Hello | Beat | TalkOpened | TalkRefused | TalkSound | TalkLevel | TalkEnded
