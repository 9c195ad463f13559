"""What the voice bank needs to know, checked when made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Recorded:
    """One prompt: `words` are lower-case syllables one space apart, the file in the folder is `<sha256>.wav`."""

    words: str
    sha256: str

    def __post_init__(self) -> None:
        if not self.words or self.words != " ".join(self.words.split()):
            raise ValueError(f"lời thu “{self.words}” phải là các âm tiết cách nhau một dấu cách")
        if not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise ValueError(f"sha256 của “{self.words}” phải là 64 chữ số hex")


@dataclass(frozen=True, slots=True)
class Settings:
    """The folder of WAV files (mono, 16 bit, all of one rate), and what was recorded in it."""

    folder: Path
    prompts: tuple[Recorded, ...]
    name: str = "giọng thu của xã"
