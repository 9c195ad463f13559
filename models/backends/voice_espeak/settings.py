"""What the espeak-ng voice needs to know, checked when made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Variant(StrEnum):
    """The three Vietnamese accents of espeak-ng."""

    NORTH = "vi"
    CENTRAL = "vi-vn-x-central"
    SOUTH = "vi-vn-x-south"


@dataclass(frozen=True, slots=True)
class Settings:
    """`words_per_min` is the pace at speed 1.0; 150 stays clear over a horn with an echo."""

    variant: Variant = Variant.NORTH
    words_per_min: int = 150

    def __post_init__(self) -> None:
        object.__setattr__(self, "variant", Variant(self.variant))
        if not 80 <= self.words_per_min <= 300:
            raise ValueError(f"words_per_min phải từ 80 đến 300, đang là {self.words_per_min}")
