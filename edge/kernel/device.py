"""Opens what hangs on the box, as the port that its service needs."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from drivers.base import (
    Amplifier,
    Host,
    LocalSwitch,
    MisconfiguredDriverError,
    NewsSource,
    Notifier,
    PowerMonitor,
    Station,
    Ups,
)
from drivers.registry import open_device
from edge.core.errors import MisconfiguredError

Port = TypeVar("Port")
_LACKS: Mapping[type, str] = MappingProxyType(
    {
        Amplifier: "không phải rơ-le hay ampli",
        Host: "không cho biết có trả lời hay không",
        LocalSwitch: "không phải công tắc tại chỗ",
        NewsSource: "không phải nguồn tin",
        Notifier: "không gửi được tin nhắn",
        PowerMonitor: "không đo được nguồn điện",
        Station: "không cho số đo",
        Ups: "không phải bộ lưu điện",
    }
)


async def open_as(port: type[Port], who: str, kind: str, settings: Mapping[str, object]) -> Port:
    """The device of this kind; touches no wire. ``who`` is whose setting it is, in the words of the configuration.

    Raises MisconfiguredError for an unknown kind, a wrong setting, and a device that has no such port.
    """
    try:
        device = await open_device(kind, settings)
    except MisconfiguredDriverError as cause:
        raise MisconfiguredError(f"{who}: {cause}") from cause
    if not isinstance(device, port):
        raise MisconfiguredError(f"{who}: thiết bị {kind!r} {_LACKS[port]}.")
    return device
