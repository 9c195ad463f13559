"""What a detector on OpenVINO needs to know, checked when made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from models.detection.settings import DetectorSettings

PRECISIONS: Final = ("native", "f32")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(DetectorSettings):
    """`precision` native: bf16 or f16 where the processor has it, boxes move by up to a hundredth; f32: as trained."""

    precision: str = "native"

    def __post_init__(self) -> None:
        # `super()` does not find its class in a dataclass with slots (until Python 3.14).
        DetectorSettings.__post_init__(self)
        if self.precision not in PRECISIONS:
            raise ValueError(f"precision phải là {' hoặc '.join(PRECISIONS)}, đang là {self.precision}")
