"""Between the supervisor and its local node: the frames that MQTT carries to the others, and the settings."""

from edge.kernel.wire import Beat, Hello, Message


class NodeSetup(Message, frozen=True):
    """Everything a node must know; a relay node reads the same from its file.

    ``order_keys``: key id -> Ed25519 public key, hex. ``time_server``: ``host`` or ``host:port``; empty believes the
    machine's own clock. ``rtc``: folder of a clock chip. ``switch_template`` is the stand-by that the key plays.
    """

    horn: str
    hamlets: tuple[str, ...]
    data_folder: str
    media_url: str
    tls_ca: str
    tls_cert: str
    tls_key: str
    order_keys: dict[str, str]
    amplifier_kind: str
    amplifier: dict[str, str | int | float]
    sound_kind: str
    sound: dict[str, str | int | float]
    cache_mb: int = 512
    state_every_s: float = 60.0
    time_server: str = ""
    rtc: str = ""
    switch_kind: str = ""
    switch: dict[str, str | int | float] = {}
    switch_template: str = ""
    power_kind: str = ""
    power: dict[str, str | int | float] = {}


class LinkFrame(Message, frozen=True):
    """One message of the link: ``topic`` is the last part of the MQTT topic (cmd, plan, heard, ack, state)."""

    topic: str
    payload: bytes


ToNode = NodeSetup | LinkFrame
FromNode = Hello | Beat | LinkFrame
