"""Bytes to values and back, pure. No wire, no clock."""

from __future__ import annotations

import re

from drivers.base import TransientDriverError

ASK = b"?\r"
END = b"\r\n"
LINE = re.compile(rb"L (-?\d{1,4}\.\d{3}) m\r\n")


def parse_level(line: bytes) -> float:
    """The level in m of a whole line; anything else is a garbled line."""
    match = LINE.fullmatch(line)
    if match is None:
        raise TransientDriverError(f"garbled line {line!r}")
    return float(match[1])


def level_line(level_m: float) -> bytes:
    """The line that tells `level_m`."""
    return b"L %.3f m\r\n" % level_m
