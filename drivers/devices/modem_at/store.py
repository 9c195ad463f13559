"""What lies in a modem's stores: messages and delivery reports, given at least once.

What was given is deleted only when somebody comes for more: whoever asks again has kept what it got. A restart in
between gives it once more.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from drivers.base import DeliveryReport, DriverError, Inbox, SmsReceived
from drivers.devices.modem_at import codec, pdu, reports
from drivers.devices.modem_at.join import Joiner, Stored
from drivers.devices.modem_at.line import AtLine
from drivers.devices.modem_at.octets import PduError

log = logging.getLogger(__name__)

LIST_TIMEOUT_S = 15.0  # a full SIM is read slowly
NEARLY_FULL = 0.8
"""Of the SIM: incomplete messages no longer wait there."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one look into a store found: for people, for the books, and the places of all that can be deleted then."""

    messages: tuple[SmsReceived, ...]
    reports: tuple[DeliveryReport, ...]
    slots: tuple[int, ...]


class Store:
    """Reads and empties the stores on a line that is owned and initialised."""

    def __init__(self, line: AtLine, joiner: Joiner, steady: Callable[[], float] = time.monotonic) -> None:
        self.fill = ""
        self._line = line
        self._joiner = joiner
        self._steady = steady
        self._given: dict[int, str] = {}
        self._warned_full = False

    async def messages(self, places: int | None) -> Inbox:
        """What came into the message store and is whole; what was given before is deleted now."""
        listed = await self._listed()
        self._notice_fill(len(listed), places)
        left = await self._delete_given(listed)
        found = self._read(left, full=places is not None and len(left) >= NEARLY_FULL * places)
        self._given |= {item.index: item.pdu for item in left if item.index in found.slots}
        return Inbox(found.messages, found.reports)

    async def fetch_reports(self) -> None:
        """Hand what lies in the store "SR" to the line's news, and delete it there."""
        try:
            await self._line.command(codec.STATUS_STORE)
        except codec.REFUSED:
            return  # they lie among the messages then
        try:
            listed = await self._listed()
            for item in listed:
                self._line.unasked.keep_report(item.pdu)
            for item in listed:
                await self._line.command(f"AT+CMGD={item.index}")
        finally:
            await self._line.command(codec.MESSAGE_STORE)

    async def _listed(self) -> tuple[codec.Listed, ...]:
        return codec.stored_messages(await self._line.command("AT+CMGL=4", LIST_TIMEOUT_S))

    async def _delete_given(self, listed: Sequence[codec.Listed]) -> tuple[codec.Listed, ...]:
        """Delete what was given, if it still is what lies there; what is left is news or cannot be deleted."""
        given, self._given = self._given, {}
        mine = [item for item in listed if given.get(item.index) == item.pdu]
        for item in mine:
            try:
                await self._line.command(f"AT+CMGD={item.index}")
            except codec.REFUSED as error:
                self._given[item.index] = item.pdu
                log.warning("modem %s keeps a message that was read: %s", self._line.path, error)
            except DriverError:
                self._given |= {item.index: item.pdu for item in mine}
                raise
        return tuple(item for item in listed if item not in mine)

    def _read(self, listed: Sequence[codec.Listed], *, full: bool) -> Found:
        stored, told, slots = [], [], []
        for item in listed:
            match _kind(item):
                case reports.STATUS_REPORT:
                    told += [report for report in (report_of(item.pdu),) if report]
                    slots.append(item.index)
                case reports.DELIVER:
                    if part := _part(item):
                        stored.append(Stored(item.index, part))
                    else:
                        slots.append(item.index)
        joined = self._joiner.ready(stored, self._steady(), full=full)
        slots += [slot for message in joined for slot in message.slots]
        return Found(tuple(message.message for message in joined), tuple(told), tuple(slots))

    def _notice_fill(self, used: int, places: int | None) -> None:
        self.fill = f"bộ nhớ SIM đã dùng {used}/{places} chỗ" if places else ""
        full = places is not None and used >= places
        if full and not self._warned_full:
            log.warning("modem %s: the SIM is full with %d messages, others wait in the network", self._line.path, used)
        self._warned_full = full


def report_of(raw: str) -> DeliveryReport | None:
    """The report in a PDU; None for what nobody can read."""
    try:
        return reports.decode_status_report(raw)
    except PduError as error:
        log.info("a delivery report cannot be read: %s", error)
        return None


def _kind(item: codec.Listed) -> int:
    """What nobody can read counts as a message, so that it does not lie there for ever; drafts of others stay."""
    try:
        return reports.type_of(item.pdu)
    except PduError:
        return reports.DELIVER


def _part(item: codec.Listed) -> pdu.Part | None:
    try:
        return pdu.decode_deliver(item.pdu)
    except PduError as error:
        log.info("modem message %d skipped: %s", item.index, error)
        return None
