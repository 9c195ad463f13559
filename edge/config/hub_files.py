"""The files by which the box and the province know each other: those of the settings, or those of the enrolment."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from edge.config.problem import Problem
from edge.config.schema import Config, Hub

CA, PAIR, COMMAND_KEYS = "province-ca.pem", "province-box.pem", "province-command.pub"


def province_folder(config: Config) -> Path:
    """Where the enrolment keeps what it fetched: beside the box's other keys, and in its backups."""
    return Path(config.commune.data) / "keys"


def hub_of(config: Config) -> Hub | None:
    """The province with its files: where the settings name none, those of the enrolment, there or not yet there."""
    hub = config.hub
    if hub is None or hub.cert:
        return hub
    folder = province_folder(config)
    pair = str(folder / PAIR)
    return msgspec.structs.replace(hub, ca=str(folder / CA), cert=pair, key=pair)


def with_hub_files(config: Config) -> Config:
    """The settings with ``hub_of`` in them: whoever talks to the province finds the files named there."""
    return msgspec.structs.replace(config, hub=hub_of(config))


def check_hub(config: Config) -> Iterator[Problem]:
    """Two of three files are a slip."""
    hub = config.hub
    if hub is not None and len({bool(hub.ca), bool(hub.cert), bool(hub.key)}) > 1:
        yield Problem(("hub",), "phải cho cả ba `ca`, `cert`, `key`, hoặc không cho tệp nào (dùng `molang enrol`).")
