"""Opens a device by the name of its folder under `drivers/devices/`."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping
from types import ModuleType

from drivers import devices
from drivers.base import MisconfiguredDriverError
from drivers.settings import parse_settings

KIND = re.compile(r"[a-z][a-z0-9_]*")


def known_kinds() -> tuple[str, ...]:
    """The kinds that can be opened, sorted. `_template` is not one."""
    found = (module.name for module in pkgutil.iter_modules(devices.__path__) if module.ispkg)
    return tuple(sorted(name for name in found if KIND.fullmatch(name)))


async def open_device(kind: str, settings: Mapping[str, object]) -> object:
    """The driver of a device, with its settings checked. It touches the wire only when it is first asked something.

    Raises `MisconfiguredDriverError` naming the unknown kind or the wrong key. Check the port that you need with
    `isinstance(driver, Amplifier)`.
    """
    package = _package(kind)
    driver: object = await package.setup(parse_settings(kind, package.Settings, settings))
    return driver


def check_settings(kind: str, settings: Mapping[str, object]) -> None:
    """Refuse what `open_device` would refuse, without opening anything."""
    parse_settings(kind, _package(kind).Settings, settings)


def _package(kind: str) -> ModuleType:
    if kind not in known_kinds():
        raise MisconfiguredDriverError(f"no device kind {kind!r}; there are {', '.join(known_kinds())}")
    return importlib.import_module(f"{devices.__name__}.{kind}")
