"""Between the supervisor and the whep child, which shows one camera to one browser by WebRTC."""

from edge.kernel.wire import Beat, Hello, Message
from edge.kernel.wire.live import LiveCamera


class WhepSetup(Message, frozen=True):
    """First message: the addresses of this machine that browsers may reach (empty: all of them), and the cameras."""

    addresses: tuple[str, ...]
    cameras: tuple[LiveCamera, ...]


class OpenView(Message, frozen=True):
    """A browser wants to see a camera; ``offer`` is its SDP."""

    view: str
    camera: str
    offer: str


class CloseView(Message, frozen=True):
    """It is to see no more."""

    view: str


class ViewOpened(Message, frozen=True):
    """``answer`` is the SDP for the browser."""

    view: str
    answer: str


class ViewRefused(Message, frozen=True):
    """It cannot be: ``reason`` is a Vietnamese sentence."""

    view: str
    reason: str


class ViewEnded(Message, frozen=True):
    """The browser is gone, or was sent away; ``frames`` pictures went to it."""

    view: str
    frames: int


ToWhep = WhepSetup | OpenView | CloseView
FromWhep = Hello | Beat | ViewOpened | ViewRefused | ViewEnded
