"""Entry point of the player: ``python -m edge.workers.player``, started by the node with a channel."""

import signal

from edge.kernel.log import start_logging
from edge.kernel.wire import inherited_socket
from edge.workers.player.child import PlayerChild


def main() -> None:
    """Play for the node at the other end of the inherited channel."""
    start_logging("player")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the node decides: it hangs up when it ends
    PlayerChild(inherited_socket()).run()


if __name__ == "__main__":
    main()
