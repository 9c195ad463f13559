"""The words that docs/ref/example.toml has for every setting, by the setting's place in the schema."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from edge.config.lines import line_table

EXAMPLE = Path(__file__).parents[3] / "docs" / "ref" / "example.toml"
_LONGEST_LABEL = 60
_ENGLISH = re.compile(r" / [^/]*\Z| \([A-Z][ -~]*\)\Z")


@dataclass(frozen=True, slots=True)
class Words:
    """A short name, and the whole explanation."""

    label: str
    help: str


@cache
def explained() -> Mapping[tuple[str, ...], Words]:
    """By path without the numbers of rows: ``("camera", "zone", "name")``. Empty where the example is not installed."""
    if not EXAMPLE.is_file():
        return {}
    text = EXAMPLE.read_text("utf-8")
    lines = text.splitlines()
    found: dict[tuple[str, ...], Words] = {}
    for path, line in line_table(text).items():
        name = tuple(key for key in path if isinstance(key, str))
        comment = _comment(lines, line - 1)
        if comment and name not in found:
            found[name] = _words(comment)
    return found


def _comment(lines: list[str], at: int) -> str:
    """Behind the value, or on the line above."""
    line = lines[at]
    for cut in (match.start() for match in re.finditer("#", line)):
        if _is_whole(line[:cut]):
            return line[cut + 1 :].strip()
    above = lines[at - 1].strip()
    return above[1:].strip() if above.startswith("#") and not line.startswith("[") else ""


def _is_whole(line: str) -> bool:
    try:
        tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _words(comment: str) -> Words:
    text = _ENGLISH.sub("", comment).strip()
    first = re.split(r"[,;:(]| - ", text.split(". ")[0])[0].strip().rstrip(".")
    label = first if len(first) <= _LONGEST_LABEL else first[:_LONGEST_LABEL].rsplit(" ", 1)[0] + "…"
    return Words(label[:1].upper() + label[1:], text[:1].upper() + text[1:])
