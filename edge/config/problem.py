"""What a check across the file finds."""

from dataclasses import dataclass

from edge.config.lines import PathKey


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and the setting it stands in."""

    path: PathKey
    sentence: str
