"""Instants and browsers in words, for templates."""

from edge.core.local_time import local
from edge.core.moment import AtMs


def local_time(at_ms: int) -> str:
    """Such as 7h05 ngày 28/11."""
    here = local(AtMs(at_ms))
    return f"{here.hour}h{here.minute:02d} {here.day}/{here.month}"


_BROWSERS = (
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS")),
    ("Linux", "Linux"),
)
"""The first that fits counts: what comes later also stands in the agents of those before it."""


def browser_name(agent: str) -> str:
    """Such as Chrome, Android; the beginning of an agent that none of us knows; empty for none."""
    known = [next((name for mark, name in table if mark in agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, known)) or agent[:40]
