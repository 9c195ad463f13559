"""The people with phones and the bench's modem: what they do when it rings, and how the modem and its network fail.

phone NUMBER ignores|answers|rejects|busy|off     what happens when this number is called
delivery NUMBER delivered|waiting|expired         what the network reports of messages to it
modem FAULT                                       one of `FAULTS`
"""

from collections.abc import Callable, Mapping

from drivers.devices.modem_at.fake import FakeModem
from drivers.devices.modem_at.fake_network import DELIVERED, EXPIRED, WAITING, Callee, Death, Hang
from hil.observed import Witness

SUBSCRIBER_DIGITS = 9
COUNTRY = "+84"
BACK_AFTER_S = 2.0
"""After the modem died: what a USB stick needs to be there again."""
REPORT_AFTER_S = 2.0
CALL_EVENTS = frozenset({"dialled", "rings", "answered", "ended", "hung up"})
STATUSES = {"delivered": DELIVERED, "waiting": WAITING, "expired": EXPIRED}


def subscriber(number: str) -> str:
    """The digits that "0912…" and "+84912…" have in common."""
    return number[-SUBSCRIBER_DIGITS:]


def international(number: str) -> str:
    """As the network knows it: "+84912…"."""
    return COUNTRY + subscriber(number)


def obey(modem: FakeModem, line: str) -> bool:
    """Whether this was a command for the phones or the modem; then it is done."""
    match line.split():
        case ["phone", number, habit] if habit in {callee.value for callee in Callee}:
            modem.calls.callees = {**modem.calls.callees, international(number): Callee(habit)}
        case ["delivery", number, status] if status in STATUSES:
            modem.status[international(number)] = STATUSES[status]
        case ["modem", fault] if fault in FAULTS:
            FAULTS[fault](modem)
        case _:
            return False
    return True


def note_calls(modem: FakeModem, witness: Witness) -> None:
    """Write down the calls that moved since the last look."""
    for event in modem.events:
        if event.what in CALL_EVENTS:
            witness.saw("call", "modem", event.steady, number=event.number, stage=event.what)
    modem.events.clear()


def _die(modem: FakeModem, death: Death) -> None:
    modem.death, modem.back_after_s = death, BACK_AFTER_S


def _hang(modem: FakeModem, hang: Hang) -> None:
    modem.hang = hang


def _network(modem: FakeModem, *, there: bool) -> None:
    modem.registered = there


def _reports(modem: FakeModem, after_s: float | None) -> None:
    modem.report_after_s = after_s


FAULTS: Mapping[str, Callable[[FakeModem], None]] = {
    "die-before": lambda modem: _die(modem, Death.BEFORE_THE_NETWORK),
    "die-after": lambda modem: _die(modem, Death.AFTER_THE_NETWORK),
    "hang": lambda modem: _hang(modem, Hang.UNTIL_RESET),
    "hang-hard": lambda modem: _hang(modem, Hang.UNTIL_POWER),
    "power": FakeModem.power_cycle,
    "no-network": lambda modem: _network(modem, there=False),
    "network": lambda modem: _network(modem, there=True),
    "no-reports": lambda modem: _reports(modem, None),
    "reports": lambda modem: _reports(modem, REPORT_AFTER_S),
}
"""It dies with the next message (before or after the network has it), hangs until a reset or until its power is cut…"""
