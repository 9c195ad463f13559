"""What a detector on ONNX Runtime needs to know, checked when made."""

from __future__ import annotations

from dataclasses import dataclass

from models.detection.settings import DetectorSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(DetectorSettings):
    """`providers` are ONNX Runtime's own names with commas, tried in order; the locked package has the CPU's only."""

    providers: str = "CPUExecutionProvider"

    def __post_init__(self) -> None:
        # `super()` does not find its class in a dataclass with slots (until Python 3.14).
        DetectorSettings.__post_init__(self)
        if not self.provider_names:
            raise ValueError("providers phải có ít nhất một tên")

    @property
    def provider_names(self) -> list[str]:
        """In order."""
        return [name.strip() for name in self.providers.split(",") if name.strip()]
