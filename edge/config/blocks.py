"""The text of a settings file as blocks, one a table header, so that one table can be changed and the rest stays."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_HEADER = re.compile(r"[ \t]*(\[\[?)[ \t]*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)[ \t]*\]\]?[ \t]*(?:#.*)?\Z")
_BLANK = re.compile(r"[ \t]*(#.*)?\Z")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines from one header to before the next; ``name`` is "" before the first."""

    name: str
    lines: tuple[str, ...]

    @property
    def root(self) -> str:
        """The table that it belongs to: ``camera`` of ``camera.zone``."""
        return self.name.partition(".")[0]


Group = list[Block]
"""A table or row with the tables below it."""


def blocks_of(text: str) -> list[Block]:
    """The whole text, in its order."""
    found, name, lines = [], "", list[str]()
    for line in text.splitlines():
        if header := _HEADER.match(line):
            found.append(Block(name, tuple(lines)))
            name, lines = header[2], []
        lines.append(line)
    return [*found, Block(name, tuple(lines))]


def groups_of(blocks: Sequence[Block]) -> list[Group]:
    """Each table or row with the tables that follow below it."""
    groups: list[Group] = []
    for block in blocks:
        if groups and "." in block.name and groups[-1][0].root == block.root:
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def text_of(groups: Sequence[Group]) -> str:
    """The text again, ending with one newline."""
    return "\n".join(line for group in groups for block in group for line in block.lines).rstrip("\n") + "\n"


def tail_of(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Empty lines and comments at the end: they belong to what comes next."""
    count = 0
    while count < len(lines) and _BLANK.match(lines[-1 - count]):
        count += 1
    return lines[len(lines) - count :]


def stripped(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Lines without their tail."""
    return lines[: len(lines) - len(tail_of(lines))]
