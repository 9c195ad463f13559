"""How a node hears orders and answers: MQTT for relay nodes, a socket for the box's own."""

from collections.abc import AsyncIterator
from typing import Protocol

CMD = "cmd"
PLAN = "plan"
HEARD = "heard"
ACK = "ack"
STATE = "state"
LIVE = "live"
CONNECTED = "connected"
"""No topic: the link's own word that the way is open, for the first time or again."""
INCOMING = (CMD, PLAN, HEARD, LIVE)


class NodeLink(Protocol):
    """Topics are the last part of the MQTT topic: cmd, plan and heard come in, ack and state go out.

    ``live`` brings the packets of the talks that this node follows.
    """

    async def run(self) -> None:
        """Keep the link up until cancelled, or until it is gone for good."""
        ...

    def messages(self) -> AsyncIterator[tuple[str, bytes]]:
        """What comes in, as (topic, payload), and (CONNECTED, b"") for each connection.

        Ends when the link is gone for good.
        """
        ...

    async def send(self, topic: str, payload: bytes) -> None:
        """Hand one message over. It may be lost: no answer is not success (law 3)."""
        ...

    async def follow(self, stream: str) -> None:
        """From now on the packets of this talk come in too."""
        ...

    async def leave(self, stream: str) -> None:
        """They are wanted no more."""
        ...
