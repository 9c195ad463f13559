"""Logging to stderr in one line a message; journald adds the time on a box."""

import logging
import os
import sys


def start_logging(process: str) -> None:
    """Log as ``process``; level from MOLANG_LOG (default INFO)."""
    level = os.environ.get("MOLANG_LOG", "INFO").upper()
    stamp = "" if os.environ.get("JOURNAL_STREAM") else "%(asctime)s "
    logging.basicConfig(
        stream=sys.stderr,
        level=level if level in logging.getLevelNamesMapping() else "INFO",
        format=f"{stamp}{process} %(levelname)s %(name)s: %(message)s",
    )
    for chatty in ("aiohttp.access", "asyncio", "waitress"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
