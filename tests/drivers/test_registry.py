from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from drivers import devices
from drivers.base import GaugeReading, MisconfiguredDriverError, Station, TransientDriverError
from drivers.devices._template.fake import FakeLineGauge
from drivers.devices.relay_amp_modbus.driver import RelayAmp
from drivers.registry import known_kinds, open_device
from drivers.transport.fake_pty import Fault

AMP: dict[str, object] = {"device": "/dev/null", "relay_unit": 1, "relay_channel": 1, "amp_unit": 2}


def test_known_kinds_are_the_folders_without_the_template() -> None:
    assert known_kinds() == (
        "gauge_modbus",
        "host_http",
        "host_ping",
        "key_switch_modbus",
        "modem_at",
        "notifier_email",
        "notifier_webpush",
        "notifier_zalo",
        "power_modbus",
        "rain_counter_modbus",
        "relay_amp_line",
        "relay_amp_modbus",
        "source_information_http",
        "station_cap",
        "station_http",
        "station_mqtt",
        "ups_nut",
    )


async def test_a_device_opens_by_the_name_of_its_folder() -> None:
    driver = await open_device("relay_amp_modbus", AMP)
    assert isinstance(driver, RelayAmp)
    await driver.close()


@pytest.mark.parametrize("kind", ["", "_template", "os", "..transport", "modem_at/../x", "modem_at.fake", "Modem_At"])
async def test_an_unknown_kind_is_refused_with_the_known_ones(kind: str) -> None:
    with pytest.raises(
        MisconfiguredDriverError,
        match="modem_at, notifier_email, notifier_webpush, notifier_zalo, power_modbus, rain_counter_modbus",
    ):
        await open_device(kind, AMP)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("relay_unit", 0),
        ("relay_unit", 248),
        ("relay_unit", True),
        ("relay_unit", "1"),
        ("relay_unit", 1.0),
        ("relay_channel", 0),
        ("relay_channel", None),
        ("baud", 9601),
        ("device", ""),
        ("device", "x" * 201),
        ("device", 7),
        ("colour", "red"),
    ],
)
async def test_a_wrong_setting_is_named(key: str, value: object) -> None:
    with pytest.raises(MisconfiguredDriverError, match=f"relay_amp_modbus.{key}: "):
        await open_device("relay_amp_modbus", AMP | {key: value})


@pytest.mark.parametrize("key", sorted(AMP))
async def test_a_missing_setting_is_named(key: str) -> None:
    rest = {name: value for name, value in AMP.items() if name != key}
    with pytest.raises(MisconfiguredDriverError, match=f"relay_amp_modbus.{key}: this setting is missing"):
        await open_device("relay_amp_modbus", rest)


@pytest.mark.parametrize("scale", [float("nan"), float("inf"), 11.0, "0.1"])
async def test_a_scale_must_be_a_number_within_bounds(scale: object) -> None:
    with pytest.raises(MisconfiguredDriverError, match="rain_counter_modbus.mm_per_tip: "):
        await open_device("rain_counter_modbus", {"device": "/dev/null", "unit": 1, "register": 1, "mm_per_tip": scale})


async def test_an_optional_setting_may_be_none_or_bounded() -> None:
    gauge = await open_device("gauge_modbus", {"device": "/dev/null", "unit": 1, "value_2": None})
    assert isinstance(gauge, Station)
    await gauge.close()
    with pytest.raises(MisconfiguredDriverError, match="power_modbus.battery_register: "):
        await open_device("power_modbus", {"device": "/dev/null", "unit": 1, "battery_register": 65536})


async def test_a_copied_template_is_a_new_kind_and_no_other_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(Path(devices.__path__[0]) / "_template", tmp_path / "my_gauge")
    monkeypatch.setattr(devices, "__path__", [*devices.__path__, str(tmp_path)])
    fake = FakeLineGauge(lambda: 3.215)
    await fake.start()
    gauge = await open_device("my_gauge", {"device": fake.path})
    assert isinstance(gauge, Station)
    assert await gauge.read() == (GaugeReading("level", 3.215, "m"),)
    for fake.fault in (Fault.SILENT, Fault.GARBLED, Fault.HALF):
        with pytest.raises(TransientDriverError):
            await gauge.read()
    await gauge.close()
    await fake.close()
