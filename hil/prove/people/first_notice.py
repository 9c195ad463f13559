"""The steps of "your first notice" in README.md, as a newcomer reads them: what to press and what to type, in order.

In a step ``*words*`` stand beside an address that the demo printed, ``**words**`` on a button, a box or a field, and
``code`` is what is typed: into the field named just before it, or, when a log-in of that name was printed, into the
form of the log-in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HEADINGS = {"README.md": "## Your first notice on air", "README.vi.md": "## Bản tin đầu tiên lên loa"}
ANOTHER = {"README.md": "private window", "README.vi.md": "cửa sổ ẩn danh"}
BACK = {"README.md": "first window", "README.vi.md": "cửa sổ đầu"}
_ITEM = re.compile(r"^(\d+)\. (.+?)(?=^\d+\. |\Z)", re.MULTILINE | re.DOTALL)
_DEED = re.compile(r"\*\*(?P<press>[^*]+)\*\*|\*(?P<open>[^*]+)\*|`(?P<type>[^`]+)`")


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that hands do."""

    kind: str
    """``open``, ``press`` or ``type``."""
    words: str


@dataclass(frozen=True, slots=True)
class ReadStep:
    """One numbered step. ``window``: "another" begins one of somebody else, "first" goes back, "" stays."""

    text: str
    window: str
    deeds: tuple[Deed, ...]

    @property
    def words(self) -> int:
        """How many a person reads."""
        return len(self.text.split())


def steps_of(readme: Path) -> tuple[ReadStep, ...]:
    """The numbered steps. Raises ValueError when the section is not there or not numbered from 1 on."""
    name = readme.name
    _, found, rest = readme.read_text("utf-8").partition(f"{HEADINGS[name]}\n")
    section = re.split(r"^## ", rest, maxsplit=1, flags=re.MULTILINE)[0]
    items = [match for part in section.split("\n\n") for match in _ITEM.finditer(f"{part.strip()}\n")]
    numbers = [int(item[1]) for item in items]
    if not found or not numbers or numbers != list(range(1, len(numbers) + 1)):
        raise ValueError(f"{name}: no numbered steps below {HEADINGS[name]!r}: {numbers}")
    return tuple(_step(name, " ".join(item[2].split())) for item in items)


def command_of(readme: Path) -> str:
    """What the first block of commands says to start."""
    block = readme.read_text("utf-8").split("```sh\n", 1)[1].split("```", 1)[0]
    return block.splitlines()[0].partition("#")[0].strip()


def _step(name: str, text: str) -> ReadStep:
    window = "another" if ANOTHER[name] in text else "first" if BACK[name] in text else ""
    return ReadStep(text, window, tuple(_deeds(text)))


def _deeds(text: str) -> Iterator[Deed]:
    for match in _DEED.finditer(text):
        kind = match.lastgroup or ""
        yield Deed(kind, match[kind])
