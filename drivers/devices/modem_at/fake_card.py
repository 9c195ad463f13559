"""The fake modem's SIM card: its messages, its reports, its PIN."""

from __future__ import annotations

from drivers.devices.modem_at import pdu

PLACES = 50
TRIES = 3


class FakeCard:
    """What lies on the card. A full one leaves messages waiting in the network."""

    def __init__(self) -> None:
        self.messages: dict[int, str] = {}
        self.reports: dict[int, str] = {}
        self.waiting_in_network: list[str] = []
        self.places = PLACES
        self.pin: str | None = None
        self.tries = TRIES
        self.refuse_delete = ""
        self.power_up()

    def power_up(self) -> None:
        """The PIN is wanted again, and the messages are looked at first."""
        self._unlocked = False
        self._in_use = self.messages

    def store(self, raw: str) -> bool:
        """Keep a PDU as it is; whether there was a place."""
        if len(self.messages) >= self.places:
            self.waiting_in_network.append(raw)
            return False
        self.messages[next(place for place in range(1, self.places + 1) if place not in self.messages)] = raw
        return True

    def store_report(self, raw: str) -> int:
        """Keep a delivery report; its place."""
        place = max(self.reports, default=-1) + 1
        self.reports[place] = raw
        return place

    def choose(self, name: str) -> tuple[str, ...]:
        """The answer to AT+CPMS."""
        self._in_use = self.reports if name == "SR" else self.messages
        used = f"{len(self._in_use)},{self.places}"
        return (f"+CPMS: {used},{used},{used}", "", "OK")

    def delete(self, place: int) -> str:
        """The answer to AT+CMGD; what waits in the network comes after it."""
        if self.refuse_delete:
            return self.refuse_delete
        self._in_use.pop(place, None)
        if self.waiting_in_network and len(self.messages) < self.places:
            self.store(self.waiting_in_network.pop(0))
        return "OK"

    def listing(self) -> list[str]:
        """The lines of AT+CMGL."""
        lines = []
        for place, raw in self._in_use.items():
            lines += [f"+CMGL: {place},0,,{pdu.submit_length(raw)}", raw]
        return lines

    def pin_state(self) -> str:
        """What AT+CPIN? says."""
        if self.pin is None or self._unlocked:
            return "READY"
        return "SIM PIN" if self.tries else "SIM PUK"

    def unlock(self, pin: str) -> str:
        """The answer to AT+CPIN=."""
        if pin == self.pin and self.tries:
            self._unlocked, self.tries = True, TRIES
            return "OK"
        self.tries = max(self.tries - 1, 0)
        return "+CME ERROR: 16" if self.tries else "+CME ERROR: 12"
