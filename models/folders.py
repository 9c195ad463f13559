"""Where files of models lie on this machine. Standard library only."""

from __future__ import annotations

import os
from pathlib import Path


def default_cache_dir() -> Path:
    """$MOLANG_ASSETS, or `assets` beside the packages, which git ignores."""
    return Path(os.environ.get("MOLANG_ASSETS") or Path(__file__).parent.parent / "assets")


def default_bundle(cache_dir: Path) -> Path:
    """$MOLANG_BUNDLE, or `bundle` inside the cache: the folder a technician fills where there is no network."""
    return Path(os.environ.get("MOLANG_BUNDLE") or cache_dir / "bundle")


def own_manifests() -> Path:
    """$MOLANG_MODELS, or `manifests` inside the cache: where a commune describes models of its own."""
    return Path(os.environ.get("MOLANG_MODELS") or default_cache_dir() / "manifests")
