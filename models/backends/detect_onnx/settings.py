"""What a detector on ONNX Runtime needs to know, checked when made."""

from __future__ import annotations

from dataclasses import dataclass

from models.detection.settings import DetectorSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(DetectorSettings):
    """`providers` are ONNX Runtime's own names, tried in order; the locked package has the CPU's only."""

    providers: tuple[str, ...] = ("CPUExecutionProvider",)
