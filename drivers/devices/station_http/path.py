"""Where a value lies in a JSON document: `data.stations[id=abc].level`. Pure.

Our own five lines of grammar and not JSONPath (RFC 9535): that is a language with wildcards, slices and filters, in
which a technician can write what finds two values, or needs seconds; here each step finds one thing or nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_STEPS = 12
_STEP = re.compile(r"(?:^|\.)(?P<name>[^.\[\]=]+)|\[(?P<key>[^\[\]=]+)=(?P<text>[^\[\]]+)\]|\[(?P<index>-?\d{1,6})\]")


@dataclass(frozen=True, slots=True)
class Having:
    """The first thing of a list whose `key` is `text`."""

    key: str
    text: str


Step = str | int | Having


def parse_path(text: str) -> tuple[Step, ...]:
    """The steps: a name, `[3]` (from the end: `[-1]`), or `[key=text]`; raises ValueError for anything else."""
    steps: list[Step] = []
    place = 0
    while place < len(text):
        match = _STEP.match(text, place)
        if match is None or len(steps) == MOST_STEPS:
            raise ValueError(f"not a path of at most {MOST_STEPS} steps at {text[place : place + 20]!r}")
        steps.append(_step(match))
        place = match.end()
    return tuple(steps)


def _step(match: re.Match[str]) -> Step:
    if match["index"] is not None:
        return int(match["index"])
    return match["name"] if match["name"] is not None else Having(match["key"], match["text"])


def found_at(document: object, path: tuple[Step, ...]) -> object:
    """What lies there; None where there is nothing."""
    for step in path:
        document = _taken(document, step)
        if document is None:
            return None
    return document


def _taken(document: object, step: Step) -> object:
    if isinstance(step, str):
        return document.get(step) if isinstance(document, dict) else None
    if not isinstance(document, list):
        return None
    if isinstance(step, int):
        return document[step] if -len(document) <= step < len(document) else None
    return next((one for one in document if isinstance(one, dict) and text_of(one.get(step.key)) == step.text), None)


def text_of(value: object) -> str:
    """A scalar as text, as it stands in JSON; nothing and what has parts is empty."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""
