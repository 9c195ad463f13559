"""Instants in words, for templates."""

from edge.core.local_time import local
from edge.core.moment import AtMs


def local_time(at_ms: int) -> str:
    """Such as 7h05 ngày 28/11."""
    here = local(AtMs(at_ms))
    return f"{here.hour}h{here.minute:02d} {here.day}/{here.month}"
