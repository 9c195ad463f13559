"""What follows from the name of the door: one origin for pages, live and links in messages."""

from typing import Any

import msgspec

from edge.config.schema import Config
from edge.config.schema.door import Nginx

HTTPS = 443


def origin(door: Nginx) -> str:
    """As browsers write it: ``https://name``, with the port unless it is the usual one."""
    return f"https://{door.name}" + ("" if door.port == HTTPS else f":{door.port}")


def page_url(config: Config) -> str:
    """Where phones find the pages, without a slash at the end; empty: nowhere but on the box itself."""
    return config.web.url or (origin(config.nginx) if config.nginx else "")


def live_url(config: Config) -> str:
    """Where browsers find the live process: the door if there is one."""
    return origin(config.nginx).replace("https", "wss", 1) if config.nginx else config.live.url


def live_origins(config: Config) -> tuple[str, ...]:
    """Pages that may open a socket: with a door its own alone."""
    return (origin(config.nginx),) if config.nginx else config.live.origins


def for_web(config: Config) -> dict[str, Any]:
    """What the pages are told of the door, as ``web.door.settings.Door`` reads it; nothing without one."""
    if config.nginx is None:
        return {}
    door = {**msgspec.to_builtins(config.nginx), "live_host": config.live.host, "live_port": config.live.port}
    return {"https": True, "door": door}
