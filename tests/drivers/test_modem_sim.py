"""The SIM: its state, its PIN, its balance, and a modem that is restarted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from drivers.base import FinalDriverError, Message, MisconfiguredDriverError, Sim, SimState, TransientDriverError
from drivers.devices.modem_at import Settings, codec
from drivers.devices.modem_at.driver import ModemAt
from drivers.devices.modem_at.fake import FakeModem
from drivers.devices.modem_at.fake_network import Hang
from drivers.registry import check_settings
from drivers.transport.serial_line import SerialLine

PIN = "4711"
BALANCE = "So du TK goc: 12.000d"


@pytest_asyncio.fixture
async def other(sim: FakeModem) -> AsyncIterator[Callable[..., ModemAt]]:
    """A driver for the same modem with other settings."""
    made: list[ModemAt] = []

    def make(**settings: str | float) -> ModemAt:
        line = SerialLine(sim.path, 115200)
        made.append(ModemAt(line, command_timeout_s=0.5, ussd_timeout_s=0.6, **settings))  # type: ignore[arg-type]  # str and float are told apart by their names
        return made[-1]

    yield make
    for modem in made:
        await modem.close()


async def test_the_state_of_a_sim_is_told(modem: ModemAt, sim: FakeModem) -> None:
    assert isinstance(modem, Sim)
    assert await modem.sim_state() == SimState(-77, True, "Viettel", None)
    sim.registered, sim.csq = False, 99
    assert await modem.sim_state() == SimState(None, False, "", None)


async def test_a_balance_is_asked_and_its_sentence_told(other: Callable[..., ModemAt], sim: FakeModem) -> None:
    sim.ussd, sim.ussd_after_s = f'0,"{BALANCE}",15', 0.1
    assert (await other(balance_ussd="*101#").sim_state()).balance == BALANCE
    assert 'AT+CUSD=1,"*101#",15' in sim.commands
    assert "AT+CUSD=2" not in sim.commands


async def test_a_vietnamese_balance_comes_in_ucs2_and_an_open_menu_is_closed(
    other: Callable[..., ModemAt], sim: FakeModem
) -> None:
    sentence = "Số dư: 12.000đ. Nhấn 1 để nạp thẻ"
    sim.ussd = f'1,"{sentence.encode("utf-16-be").hex().upper()}",72'
    assert (await other(balance_ussd="*101#").sim_state()).balance == sentence
    assert "AT+CUSD=2" in sim.commands


async def test_a_balance_that_does_not_come_is_not_known(other: Callable[..., ModemAt], sim: FakeModem) -> None:
    modem = other(balance_ussd="*101#")
    assert await modem.sim_state() == SimState(-77, True, "Viettel", None)
    assert "AT+CUSD=2" in sim.commands
    sim.unknown = {"AT+CUSD"}
    assert (await modem.sim_state()).balance is None
    assert 'AT+CUSD=1,"AA182C3602",15' in sim.commands  # packed, as some want it


async def test_lte_alone_is_a_registration_too() -> None:
    assert codec.registration(("+CEREG: 0,1",)) == (True, "đã vào mạng")
    assert codec.registration(("+CREG: 0,6",))[0]
    assert codec.registration(('+CREG: 2,1,"0F14","02B1D016"',))[0]
    assert codec.rsrp_dbm(("+CESQ: 99,99,255,255,20,45",)) == -96
    assert codec.rsrp_dbm(("+CESQ: 99,99,255,255,255,255",)) is None


async def test_a_sim_with_a_pin_is_opened_once(other: Callable[..., ModemAt], sim: FakeModem) -> None:
    sim.card.pin = PIN
    modem = other(pin=PIN)
    assert (await modem.health()).ok
    assert (await modem.health()).ok
    assert sim.commands.count(f'AT+CPIN="{PIN}"') == 1


async def test_a_wrong_pin_is_never_tried_twice_not_even_after_a_restart(
    other: Callable[..., ModemAt], sim: FakeModem
) -> None:
    sim.card.pin = "0000"
    for _ in range(3):
        modem = other(pin=PIN)
        with pytest.raises(FinalDriverError):
            await modem.send(Message("1", "0912345678", "một"))
        await modem.close()
    assert sim.card.tries == 2
    assert sum(command.startswith("AT+CPIN=") for command in sim.commands) == 1


async def test_a_pin_is_not_tried_when_nobody_tells_how_many_tries_are_left(
    other: Callable[..., ModemAt], sim: FakeModem
) -> None:
    sim.card.pin, sim.unknown = PIN, {"AT+CPINR"}
    health = await other(pin=PIN).health()
    assert not health.ok
    assert "does not tell how many tries" in health.detail
    assert sim.card.tries == 3


async def test_a_sim_that_wants_its_pin_or_its_puk_says_so(modem: ModemAt, sim: FakeModem) -> None:
    sim.card.pin = PIN
    assert "wants its PIN" in (await modem.health()).detail
    sim.card.tries = 0
    assert "SIM PUK" in (await modem.health()).detail


async def test_a_pin_is_in_no_log_no_error_and_no_repr(
    other: Callable[..., ModemAt], sim: FakeModem, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sim.card.pin = "0000"
    health = await other(pin=PIN).health()
    assert PIN not in caplog.text + health.detail + repr(Settings("/dev/null", pin=PIN))
    for wrong in (4711, "47115", "471x"):
        with pytest.raises(MisconfiguredDriverError, match=r"modem_at\.pin: this value") as told:
            check_settings("modem_at", {"device": "/dev/null", "pin": wrong if wrong != "47115" else "4711 "})
        assert "471" not in str(told.value)


def test_a_balance_code_is_checked() -> None:
    check_settings("modem_at", {"device": "/dev/null", "balance_ussd": "*101#"})
    with pytest.raises(MisconfiguredDriverError, match=r"modem_at\.balance_ussd: '101' is not a short code"):
        check_settings("modem_at", {"device": "/dev/null", "balance_ussd": "101"})


async def back(modem: ModemAt) -> None:
    async with asyncio.timeout(3):
        while not (await modem.health()).ok:
            await asyncio.sleep(0.05)


async def test_a_modem_that_does_not_even_hear_the_reset_needs_its_power_cut(
    modem: ModemAt, sim: FakeModem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.devices.modem_at.session.RESET_S", 0.2)
    await modem.health()
    sim.hang = Hang.UNTIL_POWER
    with pytest.raises(TransientDriverError, match="cut its power"):
        await modem.reset()
    sim.power_cycle()
    await back(modem)


async def test_a_modem_that_restarts_by_another_word_is_restarted(modem: ModemAt, sim: FakeModem) -> None:
    sim.unknown = {"AT+CFUN"}
    sim.fault = sim.fault.NONE
    with pytest.raises(TransientDriverError, match="cut its power"):
        await modem.reset()
    assert sim.commands[-2:] == ["AT+CRESET", "AT^RESET"]
    assert (await modem.health()).ok


async def test_a_lost_registration_is_told_and_sending_may_be_tried_again(modem: ModemAt, sim: FakeModem) -> None:
    sim.registered = False
    assert "đang tìm mạng" in (await modem.health()).detail
    with pytest.raises(TransientDriverError, match="331"):
        await modem.send(Message("1", "0912345678", "một"))
    sim.registered = True
    assert (await modem.send(Message("1", "0912345678", "một"))).references
