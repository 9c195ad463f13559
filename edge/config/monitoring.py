"""Checks of the line to a monitoring centre."""

from collections.abc import Iterator

from edge.config.problem import Problem
from edge.config.schema import Config


def check_syslog(config: Config) -> Iterator[Problem]:
    """TLS needs to know whom to trust; a certificate needs its key."""
    told = config.syslog
    if told is None:
        return
    if told.transport == "tls" and not told.ca:
        yield Problem(("syslog", "ca"), 'phải có khi transport = "tls": chứng thư gốc của trung tâm giám sát.')
    if bool(told.cert) != bool(told.key):
        yield Problem(("syslog",), "`cert` và `key` phải cùng có hoặc cùng không.")
