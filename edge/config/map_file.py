"""Reads the commune's map. A bad map stops nothing: the wall draws a plain diagram and says what is wrong."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from edge.config.schema import Config
from edge.core.errors import MisconfiguredError
from edge.core.village_map import VillageMap, read_map, with_shapes

MAX_MAP_BYTES = 1024 * 1024


class _Named(Protocol):
    @property
    def id(self) -> str: ...


def load_map(config: Config) -> VillageMap | None:
    """The map of [commune] map with the hamlets' own shapes in it, or None without either.

    Raises MisconfiguredError that names the file and the feature.
    """
    shapes = {hamlet.id: hamlet.shape for hamlet in config.hamlet if hamlet.shape}
    drawn = _from_file(config) if config.commune.map else None
    return with_shapes(drawn or VillageMap(), shapes) if shapes else drawn


def _from_file(config: Config) -> VillageMap:
    path = Path(config.commune.map)
    try:
        return read_map(_document(path), known_ids(config))
    except MisconfiguredError as cause:
        raise MisconfiguredError(f"{path}: {cause}.") from cause


def known_ids(config: Config) -> dict[str, frozenset[str]]:
    """What a map may speak of."""
    tables: dict[str, Sequence[_Named]] = {
        "hamlet": config.hamlet,
        "camera": config.camera,
        "horn": config.horn,
        "gauge": config.gauge,
        "shelter": config.shelter,
    }
    return {name: frozenset(row.id for row in rows) for name, rows in tables.items()}


def _document(path: Path) -> object:
    try:
        if path.stat().st_size > MAX_MAP_BYTES:
            raise MisconfiguredError(f"bản đồ lớn quá {MAX_MAP_BYTES} byte")
        document: object = json.loads(path.read_bytes())
    except OSError as cause:
        raise MisconfiguredError(f"không đọc được bản đồ ({cause.strerror})") from cause
    except (ValueError, RecursionError) as cause:
        raise MisconfiguredError("bản đồ không phải là JSON") from cause
    return document
