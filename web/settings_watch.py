"""The settings that the supervisor writes for the pages, read again when it writes them anew after a restart.

Names of hamlets, horns and people follow a changed configuration while everybody stays logged in. What a listening
process cannot change (its address, the key of cookies) needs a restart of the pages.
"""

import logging
import time
from pathlib import Path

from flask import Flask

from edge.core.errors import MisconfiguredError
from web.settings import SETTINGS_KEY, WebSettings

log = logging.getLogger(__name__)
LOOK_S = 1.0


def follow(app: Flask, path: Path) -> None:
    """Look at most once a second, before a request, whether the file is another one."""
    seen_ns, looked_s = _written_ns(path), time.monotonic()

    def look() -> None:
        nonlocal seen_ns, looked_s
        if time.monotonic() - looked_s < LOOK_S:
            return
        looked_s, now_ns = time.monotonic(), _written_ns(path)
        if now_ns in (0, seen_ns):
            return
        try:
            settings = WebSettings.load(path)
        except MisconfiguredError:
            log.exception("the pages keep their settings")
        else:
            app.config[SETTINGS_KEY] = settings
            app.jinja_env.globals["settings"] = settings
            log.info("the pages follow new settings")
        seen_ns = now_ns

    app.before_request(look)


def _written_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
