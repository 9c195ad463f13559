"""One TOML file, read once (style 29)."""

from edge.config.load import load
from edge.config.schema import Config

__all__ = ["Config", "load"]
