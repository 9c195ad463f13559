"""The settings of a node: read from ``node.toml``, or sent by the supervisor to the box's own node."""

import re
import tomllib
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from edge.core.errors import MisconfiguredError
from edge.kernel.signing import key_id_of
from edge.kernel.wire.node import NodeSetup

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SOUND_KEYS = {"alsa": "device", "unix": "path"}
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_KEY = re.compile(r"[0-9a-f]{64}")

Setting = str | int | float
Text = Annotated[str, Meta(min_length=1, max_length=300)]


class BrokerPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[broker]``; ``tls = false`` is allowed for a broker on this machine only."""

    host: Text
    port: Annotated[int, Meta(ge=1, le=65_535)]
    commune: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    tls: bool = True


class TlsPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[tls]``: PEM files."""

    ca: Text
    cert: Text
    key: Text


class DevicePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[amplifier]``, ``[sound]`` or ``[power]``: a kind, and the settings of that kind."""

    kind: Text
    settings: dict[str, Setting]


class SwitchPart(DevicePart, frozen=True, forbid_unknown_fields=True):
    """``[switch]``: the sealed key and the stop button; ``template`` is the stand-by of the plan that the key plays."""

    template: Text


class NodeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of ``node.toml``."""

    horn: Text
    hamlets: Annotated[tuple[Text, ...], Meta(min_length=1, max_length=50)]
    data_folder: Text
    media_url: Text
    order_keys: Annotated[dict[str, str], Meta(min_length=1, max_length=8)]
    broker: BrokerPart
    amplifier: DevicePart
    sound: DevicePart
    tls: TlsPart | None = None
    cache_mb: Annotated[int, Meta(ge=1, le=100_000)] = 512
    state_every_s: Annotated[float, Meta(ge=1, le=600)] = 60.0
    time_server: Annotated[str, Meta(pattern=r"^([A-Za-z0-9.-]{1,200}(:[0-9]{1,5})?)?$")] = ""
    rtc: Annotated[str, Meta(max_length=300)] = ""
    switch: SwitchPart | None = None
    power: DevicePart | None = None

    def setup(self) -> NodeSetup:
        """The same settings as the supervisor sends to the box's own node."""
        tls, switch, power = self.tls, self.switch, self.power
        return NodeSetup(
            horn=self.horn,
            hamlets=self.hamlets,
            data_folder=self.data_folder,
            media_url=self.media_url,
            tls_ca=tls.ca if tls else "",
            tls_cert=tls.cert if tls else "",
            tls_key=tls.key if tls else "",
            order_keys=self.order_keys,
            amplifier_kind=self.amplifier.kind,
            amplifier=self.amplifier.settings,
            sound_kind=self.sound.kind,
            sound=self.sound.settings,
            cache_mb=self.cache_mb,
            state_every_s=self.state_every_s,
            time_server=self.time_server,
            rtc=self.rtc,
            switch_kind=switch.kind if switch else "",
            switch=switch.settings if switch else {},
            switch_template=switch.template if switch else "",
            power_kind=power.kind if power else "",
            power=power.settings if power else {},
        )


def load(path: Path) -> NodeFile:
    """The settings of this file; raises MisconfiguredError naming the file and the key."""
    try:
        file = msgspec.convert(tomllib.loads(path.read_text("utf-8")), NodeFile)
        check(file.setup())
        _check_broker(file)
    except OSError as cause:
        raise MisconfiguredError(f"{path}: không đọc được: {cause.strerror}.") from cause
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError, MisconfiguredError) as cause:
        raise MisconfiguredError(f"{path}: {cause}") from cause
    return file


def check(setup: NodeSetup) -> None:
    """Refuse what cannot work; raises MisconfiguredError naming the key."""
    for key, name in (("horn", setup.horn), *(("hamlets", hamlet) for hamlet in setup.hamlets)):
        if not _NAME.fullmatch(name):
            raise MisconfiguredError(f"{key}: {name!r} phải gồm chữ thường, số, gạch.")
    for key_id, public_hex in setup.order_keys.items():
        if not _KEY.fullmatch(public_hex) or key_id_of(public_hex) != key_id:
            raise MisconfiguredError(f"order_keys.{key_id}: không phải khóa công khai mang số hiệu này.")
    _check_url(setup)
    wanted = SOUND_KEYS.get(setup.sound_kind)
    if wanted is None:
        raise MisconfiguredError(f"sound.kind: {setup.sound_kind!r} không có; có {', '.join(SOUND_KEYS)}.")
    if set(setup.sound) != {wanted}:
        raise MisconfiguredError(f"sound.settings: loại {setup.sound_kind!r} cần đúng một khóa: {wanted}.")
    if setup.rtc and not setup.time_server:
        raise MisconfiguredError("rtc: đồng hồ chip chỉ dùng cùng với time_server.")


def _check_url(setup: NodeSetup) -> None:
    url = urlsplit(setup.media_url)
    if url.scheme == "https" and url.hostname and setup.tls_ca and setup.tls_cert and setup.tls_key:
        return
    if url.scheme == "http" and url.hostname in LOOPBACK:
        return
    raise MisconfiguredError(f"media_url: {setup.media_url!r} phải là https và có đủ [tls] (ca, cert, key).")


def _check_broker(file: NodeFile) -> None:
    if file.broker.tls and file.tls is None:
        raise MisconfiguredError("tls: broker.tls = true cần bảng [tls] (ca, cert, key).")
    if not file.broker.tls and file.broker.host not in LOOPBACK:
        raise MisconfiguredError("broker.tls: chỉ được tắt khi máy chủ MQTT ở ngay trên máy này.")
