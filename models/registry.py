"""Opens a backend by the name of its folder: a new backend is a new folder, and this file does not change."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from models.base import Detector, Voice
from models.errors import ModelError
from models.quickest import QUICKEST, quickest_detector

_BACKENDS: Final = Path(__file__).parent / "backends"


def kinds() -> tuple[str, ...]:
    """The backends that are there."""
    return tuple(sorted(path.parent.name for path in _BACKENDS.glob("*/__init__.py")))


def open_detector(kind: str, settings: Mapping[str, Any]) -> Detector:
    """A detector of that kind; "auto": of the one that is quickest on this machine.

    Raises ModelError naming the kind, the setting, or what the backend found.
    """
    opened = _open(quickest_detector() if kind == QUICKEST else kind, settings)
    if not isinstance(opened, Detector):
        raise ModelError(f"“{kind}” không phải mô hình phát hiện.")
    return opened


def open_voice(kind: str, settings: Mapping[str, Any]) -> Voice:
    """A voice of that kind. Raises ModelError naming the kind, the setting, or what the backend found."""
    opened = _open(kind, settings)
    if not isinstance(opened, Voice):
        raise ModelError(f"“{kind}” không phải giọng đọc.")
    return opened


def _open(kind: str, settings: Mapping[str, Any]) -> object:
    backend = _load(kind)
    known = {field.name for field in fields(backend.Settings)}
    unknown = settings.keys() - known
    if unknown:
        raise ModelError(f"“{kind}” không có thông số {', '.join(sorted(unknown))}; có: {', '.join(sorted(known))}.")
    try:
        checked = backend.Settings(**settings)
    except (AttributeError, TypeError, ValueError) as error:
        raise ModelError(f"Thông số của “{kind}” không đúng: {error}.") from error
    return backend.setup(checked)


def _load(kind: str) -> ModuleType:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", kind) or kind not in kinds():
        raise ModelError(f"Không có loại mô hình “{kind}”; có: {', '.join(kinds())}.")
    return importlib.import_module(f"models.backends.{kind}")
