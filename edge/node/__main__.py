"""``python -m edge.node``: the box's own node on the supervisor's channel; with ``--config FILE`` a relay node."""

import asyncio
import logging
import sys

from edge.core.errors import MisconfiguredError
from edge.kernel.log import start_logging
from edge.node.start import run_local

log = logging.getLogger(__name__)


def main() -> None:
    """Run the kind of node that the arguments ask for."""
    if len(sys.argv) > 1:
        from edge.node.cli import node  # only a relay node has a command line

        node()
        return
    start_logging("node")
    try:
        asyncio.run(run_local())
    except MisconfiguredError as error:
        log.error("%s", error)  # noqa: TRY400 - the sentence names the key, the trace adds nothing
        raise SystemExit(78) from error


if __name__ == "__main__":
    main()
