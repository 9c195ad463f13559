"""Between the supervisor and the live child, which streams to browsers."""

from edge.kernel.wire import Beat, Hello, Message


class LiveCamera(Message, frozen=True):
    """A camera that may be watched, and the shard socket that has its packets."""

    id: str
    packets_path: str


class LiveSetup(Message, frozen=True):
    """First message. ``token`` is the device token of walls on the LAN; ``origins`` may open sockets ("*": any).

    ``covered`` cameras have privacy areas that nothing hides in their video: browsers get stills alone.
    """

    listen_host: str
    listen_port: int
    token: str
    origins: tuple[str, ...]
    cameras: tuple[LiveCamera, ...]
    covered: tuple[str, ...] = ()


class StateSection(Message, frozen=True):
    """One section of the wall's state as JSON bytes; it replaces the section of that name."""

    section: str
    json: bytes


class HoldVideo(Message, frozen=True):
    """The box runs on its battery: no pictures to browsers while ``held``; the state still goes out."""

    held: bool


class CoverVideo(Message, frozen=True):
    """From now on these cameras, and no others, are covered."""

    covered: tuple[str, ...]


class OpenSessions(Message, frozen=True):
    """The log-ins that hold now, by their public ids: passes of others open nothing, and what they opened ends."""

    sessions: tuple[str, ...]


class LiveStats(Message, frozen=True):
    """How many browsers watch."""

    state_watchers: int
    video_watchers: int


ToLive = LiveSetup | StateSection | HoldVideo | CoverVideo | OpenSessions
FromLive = Hello | Beat | LiveStats
