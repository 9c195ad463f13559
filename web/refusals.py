"""Counts requests that nobody may make: without a log-in, without the right, without CSRF, too many."""

import logging
import threading
import time

from flask import Flask, Response, request

from edge.core.moment import Steady
from edge.core.policy.refusals import Refusals, refused

log = logging.getLogger(__name__)

REFUSED = frozenset({400, 401, 403, 429})
TO_LOG_IN = "/login"
"""A page that is asked for by nobody leads there; that is a refusal, unless he only wants the first page."""


class _Door:
    """The tally of this process; requests come in several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tally = Refusals()

    def see(self, response: Response) -> Response:
        """Count it when it was a refusal."""
        if reason := _reason(response):
            with self._lock:
                self._tally, tell = refused(self._tally, reason, Steady(time.monotonic()))
                words = str(self._tally)
            if tell:
                log.warning("refused so far %s", words)
        return response


def count_refusals(app: Flask) -> None:
    """From now on."""
    app.after_request(_Door().see)


def _reason(response: Response) -> str:
    if response.status_code in REFUSED:
        return str(response.status_code)
    away = response.status_code in {302, 303} and response.headers.get("Location", "").startswith(TO_LOG_IN)
    return "login" if away and request.path != "/" else ""
