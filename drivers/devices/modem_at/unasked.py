"""What a modem says on its own account (unsolicited result codes), sorted out of the answers. Pure.

Source: 3GPP TS 27.005, 3.4.1 (+CDS, +CDSI, +CMTI), TS 27.007, 7.15 (+CUSD), ITU-T V.250, 5.7 (how calls end).
"""

from __future__ import annotations

import logging
import re
from collections import deque

log = logging.getLogger(__name__)

MOST_REPORTS = 500
"""A morning's sends; beyond this the oldest are dropped, and said so."""
LONGEST_USSD = 2000  # characters: nine pages
REPORT = re.compile(r"\+CDS: ?(\d+)$")
STORED_REPORT = re.compile(r"\+CDSI:")
USSD = re.compile(r'\+CUSD: ?\d(?:,"(?P<text>.*)"(?:,\d*)?|,[^"]*)?$', re.DOTALL)
CALL_ENDS = ("NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE", "NO DIAL TONE", "^CEND:", "VOICE CALL: END")
NEWS = ("RING", "+CRING:", "+CLIP:", "+CMTI:", "^RSSI", "^HCSQ", "^MODE", "^BOOT", "^SRVST", "+QIND:")
ANSWER_ENDS = ("OK", "ERROR", "+CME ERROR", "+CMS ERROR")


class Unasked:
    """Takes every line that no answer ends with; what it keeps is bounded."""

    def __init__(self) -> None:
        self.reports: deque[str] = deque(maxlen=MOST_REPORTS)
        self.reports_stored = False
        self.call_ends: list[str] = []
        self.ussd: str | None = None
        self._octets_of_report = 0
        self._ussd_begun = ""

    @property
    def in_the_middle(self) -> bool:
        """Whether the next line belongs to the last one."""
        return bool(self._octets_of_report or self._ussd_begun)

    def take(self, line: str) -> bool:
        """Whether the line was no part of an answer."""
        if self._octets_of_report:
            return self._take_report(line)
        if self._ussd_begun or line.startswith("+CUSD:"):
            return self._take_ussd(line)
        if match := REPORT.match(line):
            self._octets_of_report = int(match[1])
        elif STORED_REPORT.match(line):
            self.reports_stored = True
        elif line.startswith(CALL_ENDS):
            self.call_ends = [*self.call_ends[-9:], line]
        else:
            return line.startswith(NEWS)
        return True

    def keep_report(self, raw: str) -> None:
        """Until the next look at what came."""
        if len(self.reports) == MOST_REPORTS:
            log.warning("more than %d delivery reports wait: the oldest is dropped", MOST_REPORTS)
        self.reports.append(raw)

    def drain_reports(self) -> tuple[str, ...]:
        """The PDUs of the reports that came, once."""
        drained = tuple(self.reports)
        self.reports.clear()
        return drained

    def forget_calls(self) -> None:
        """Before a new call."""
        self.call_ends.clear()

    def forget_ussd(self) -> None:
        """Before a new question."""
        self.ussd = None

    def begins_like_one(self, piece: bytes) -> bool:
        """Whether an unfinished line may be worth waiting for."""
        return self.in_the_middle or piece.startswith((b"+CDS", b"+CUSD"))

    def _take_report(self, line: str) -> bool:
        """The PDU comes in the line after its length. Another line means that it was garbled: that report is lost."""
        octets, self._octets_of_report = self._octets_of_report, 0
        if not line:
            self._octets_of_report = octets  # some modems put an empty line between
            return True
        if not _is_pdu(line, octets):
            log.info("a delivery report came in garbled and is lost")
            return False
        self.keep_report(line)
        return True

    def _take_ussd(self, line: str) -> bool:
        """The text may have several lines, up to the quotation mark."""
        begun, self._ussd_begun = self._ussd_begun, ""
        if begun and line.startswith(ANSWER_ENDS):
            return False  # its end was garbled
        whole = f"{begun}\n{line}" if begun else line
        if USSD.match(whole):
            self.ussd = whole
        elif len(whole) < LONGEST_USSD:
            self._ussd_begun = whole
        return True


def _is_pdu(line: str, octets: int) -> bool:
    """Whether this is the PDU announced: counted without the service centre, by some modems with it."""
    try:
        raw = bytes.fromhex(line)
    except ValueError:
        return False
    return bool(raw) and octets in (len(raw), len(raw) - 1 - raw[0])
