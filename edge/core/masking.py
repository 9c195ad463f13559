"""Phone numbers in what people wrote, as screens may show them (L7)."""

import re

from edge.core.alert import masked

_NUMBER = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .\-]?\d){8,10}(?!\d)")


def without_numbers(text: str) -> str:
    """A text in which every Vietnamese phone number is masked."""
    return _NUMBER.sub(lambda found: masked(found[0]), text)
