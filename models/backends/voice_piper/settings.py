"""What a Piper voice needs to know, checked when made. Manifests carry the figures; see `from_manifest`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.assets import locate
from models.errors import BadManifestError
from models.manifest import manifest


@dataclass(frozen=True, slots=True)
class Settings:
    """`symbols`: how many phonemes of Piper's default table the model was trained on."""

    name: str
    path: Path
    sample_rate_hz: int = 22_050
    espeak_voice: str = "vi"
    symbols: int = 154
    threads: int = 1

    def __post_init__(self) -> None:
        if not 8_000 <= self.sample_rate_hz <= 48_000:
            raise ValueError(f"sample_rate_hz phải từ 8000 đến 48000, đang là {self.sample_rate_hz}")
        if not 1 <= self.threads <= 64:
            raise ValueError(f"threads phải từ 1 đến 64, đang là {self.threads}")


def from_manifest(name: str, threads: int = 1, cache_dir: Path | None = None) -> Settings:
    """The settings of a pulled voice. Raises AssetMissingError if it is not there, BadManifestError if no voice."""
    facts = manifest(name).voice
    if facts is None:
        raise BadManifestError(f"“{name}” không phải giọng đọc.")
    path = locate(name, cache_dir)
    return Settings(name, path, facts.sample_rate_hz, facts.espeak_voice, facts.symbols, threads)
