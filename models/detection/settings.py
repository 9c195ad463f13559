"""What every detector needs to know, checked when made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorSettings:
    """confidence and max_overlap are shares 0..1; `classes` empty means every class of the model."""

    path: Path
    confidence: float = 0.35
    max_overlap: float = 0.6
    classes: tuple[str, ...] = ()
    # One thread each: shards share the cores among themselves better than an engine does.
    threads: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1:
            raise ValueError(f"confidence phải nằm giữa 0 và 1, đang là {self.confidence}")
        if not 0 < self.max_overlap <= 1:
            raise ValueError(f"max_overlap phải lớn hơn 0 và không quá 1, đang là {self.max_overlap}")
        if not 1 <= self.threads <= 64:
            raise ValueError(f"threads phải từ 1 đến 64, đang là {self.threads}")
