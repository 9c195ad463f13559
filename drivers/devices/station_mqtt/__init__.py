"""A sensor on MQTT, or several behind one subscription."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from drivers.base import MisconfiguredDriverError
from drivers.devices.station_mqtt.driver import MqttStation
from drivers.settings import Between
from drivers.transport.mqtt_link import Address, open_link
from drivers.transport.uplink import LOOPBACK

TOPIC = re.compile(r"[^+#/\x00]+(/(\+|[^+#/\x00]+))*")


@dataclass(frozen=True, slots=True)
class Settings:
    """`topic` may have one `+`, whose place names the station; `ca`, `cert`, `key` are PEM files."""

    host: str
    topic: str
    client_id: str
    port: Annotated[int, Between(1, 65_535)] = 8883
    ca: str | None = None
    cert: str | None = None
    key: str | None = None
    silent_after_s: Annotated[float, Between(1, 86_400)] = 1_800.0

    def __post_init__(self) -> None:
        if not TOPIC.fullmatch(self.topic) or self.topic.count("+") > 1:
            raise MisconfiguredDriverError(f"station_mqtt.topic: {self.topic!r} is not a topic with at most one +")
        if None in (self.ca, self.cert, self.key) and self.host not in LOOPBACK:
            raise MisconfiguredDriverError("station_mqtt.ca: a broker elsewhere needs ca, cert and key")


async def setup(settings: Settings) -> MqttStation:
    """The driver; reads the files of the certificate, asks nothing yet."""
    address = Address(settings.host, settings.port, settings.client_id, settings.ca, settings.cert, settings.key)
    link = open_link("station_mqtt", address)
    return MqttStation(link, link.open_inbox(settings.topic), settings.silent_after_s)
