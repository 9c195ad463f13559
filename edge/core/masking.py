"""Phone numbers as screens and logs may show them (L7)."""

import re

_NUMBER = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .\-]?\d){8,10}(?!\d)")
SHOWN = 2


def masked(number: str) -> str:
    """``…12``: enough to tell two numbers of one person apart."""
    return f"…{number[-SHOWN:]}" if number else ""


def without_numbers(text: str) -> str:
    """A text in which every Vietnamese phone number is masked."""
    return _NUMBER.sub(lambda found: masked(found[0]), text)
