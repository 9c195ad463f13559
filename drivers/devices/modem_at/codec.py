"""AT commands and replies, pure. Source: 3GPP TS 27.005 (SMS) and TS 27.007 (the rest)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from drivers.base import FinalDriverError, TransientDriverError

END_OF_LINE = b"\r\n"
PROMPT = b"> "
SEND = b"\x1a"
ABANDON = b"\x1b"
REFUSAL = re.compile(r"\+(CM[ES]) ERROR: ?(\d+)")
LISTED = re.compile(r"\+CMGL: ?(\d+),(\d+),[^,]*,(\d+)")
REFERENCE = re.compile(r"\+CMGS: ?(\d+)")
SIGNAL = re.compile(r"\+CSQ: ?(\d+),\d+")
REGISTRATION = re.compile(r"\+CREG: ?\d,(\d+)")
NO_SIGNAL = 99
REGISTERED = {1: "registered at home", 5: "registered, roaming"}
NOT_REGISTERED = {0: "not registered", 2: "searching for a network", 3: "registration denied"}

# What trying again cannot mend: TS 24.011 annex E (below 128: the number or the SIM is barred, the message is wrong),
# TS 23.040 9.2.3.22 (128 to 255: the service centre refuses it), TS 27.005 3.2.5 (from 300: the SIM). Every other code,
# above all 500 "unknown error" which modems give when the signal is weak, is worth another try.
FINAL_CMS = frozenset(
    {1, 8, 10, 21, 28, 29, 30, 50, 69, 81, 95, 96, 97, 98, 99, 111}
    | {128, 129, 130, 143, 144, 145, 159, 160, 161, 175, 176, 193, 195, 196, 197, 198}
    | {301, 302, 303, 304, 305, 310, 311, 312, 313, 315, 316, 317, 318, 321, 330}
)
FINAL_CME = frozenset({3, 4, 5, 6, 7, 10, 11, 12, 13, 15, 16, 17, 18, 21, 24, 25, 26, 27, 32, 40, 41})


@dataclass(frozen=True, slots=True)
class Listed:
    """One stored message: where it is stored, and its PDU."""

    index: int
    pdu: str


def is_final(line: str) -> bool:
    """Whether a line ends the reply to a command."""
    return line in ("OK", "ERROR") or REFUSAL.match(line) is not None


def refuse_unless_ok(command: str, last: str) -> None:
    """Raise what the last line of a reply means, unless it is OK."""
    if last == "OK":
        return
    match = REFUSAL.match(last)
    if match is None:
        raise TransientDriverError(f"{command}: modem says {last!r}")
    final = FINAL_CMS if match[1] == "CMS" else FINAL_CME
    kind = FinalDriverError if int(match[2]) in final else TransientDriverError
    raise kind(f"{command}: modem says {last}")


def reference_of(lines: tuple[str, ...]) -> int:
    """The network's reference in a reply to AT+CMGS."""
    return int(_found(REFERENCE, lines)[1])


def signal_dbm(lines: tuple[str, ...]) -> int | None:
    """Signal strength in a reply to AT+CSQ; None for none."""
    level = int(_found(SIGNAL, lines)[1])
    return None if level == NO_SIGNAL else 2 * level - 113


def registration(lines: tuple[str, ...]) -> tuple[bool, str]:
    """Whether the SIM is on a network in a reply to AT+CREG?, and in words."""
    state = int(_found(REGISTRATION, lines)[1])
    return state in REGISTERED, (REGISTERED | NOT_REGISTERED).get(state, f"registration state {state}")


def stored_messages(lines: tuple[str, ...]) -> tuple[Listed, ...]:
    """The messages in a reply to AT+CMGL=4. A PDU that is not as long as announced is a garbled line: transient."""
    found = []
    for header, pdu in zip(lines, lines[1:], strict=False):
        if match := LISTED.match(header):
            _refuse_other_length(pdu, int(match[3]))
            found.append(Listed(int(match[1]), pdu))
    return tuple(found)


def _refuse_other_length(pdu: str, octets: int) -> None:
    try:
        raw = bytes.fromhex(pdu)
    except ValueError as error:
        raise TransientDriverError(f"garbled message in the list: {error}") from error
    if not raw or len(raw) - 1 - raw[0] != octets:
        raise TransientDriverError(f"garbled message in the list: {len(raw)} octets, {octets} announced")


def _found(pattern: re.Pattern[str], lines: tuple[str, ...]) -> re.Match[str]:
    for line in lines:
        if match := pattern.match(line):
            return match
    raise TransientDriverError(f"no {pattern.pattern[1:].partition(':')[0]} in the modem's reply")
