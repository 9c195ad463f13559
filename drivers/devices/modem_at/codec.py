"""AT commands and replies, pure. Source: 3GPP TS 27.005 (SMS) and TS 27.007 (the rest)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from drivers.base import FinalDriverError, TransientDriverError

END_OF_LINE = b"\r\n"
PROMPT = b"> "
SEND = b"\x1a"
ABANDON = b"\x1b"
MESSAGE_STORE = 'AT+CPMS="SM","SM","SM"'
STATUS_STORE = 'AT+CPMS="SR"'
HUAWEI_ERRORS = ("COMMAND NOT SUPPORT", "TOO MANY PARAMETERS")
REFUSAL = re.compile(r"\+(CM[ES]) ERROR: ?(\d+)")
LISTED = re.compile(r'\+CMGL: ?(\d+),(\d*),(?:(?:"[^"]*"|[^,"]*),)?(\d+)$')
PLACES = re.compile(r"\+CPMS: ?(?:\"..\",)?\d+,(\d+)")
REFERENCE = re.compile(r"\+CMGS: ?(\d+)")
SIGNAL = re.compile(r"\+CSQ: ?(\d+),\d+")
EXTENDED_SIGNAL = re.compile(r"\+CESQ: ?\d+,\d+,\d+,\d+,\d+,(\d+)")
REGISTRATION = re.compile(r"\+C(?:|G|E)REG: ?\d,(\d+)")
OPERATOR = re.compile(r'\+COPS: ?\d,\d,"([^"]*)"')
PIN_STATE = re.compile(r"\+CPIN: ?(.+)")
NO_SIGNAL = 99
MOST_RSRP = 97  # of +CESQ; 255 is not known
REGISTRATIONS = ("AT+CREG?", "AT+CEREG?", "AT+CGREG?")
"""Circuits, LTE, packets: a stick that knows only LTE says "0" to the first (SIM7600 in LTE-only, for example)."""
REGISTERED = {
    1: "đã vào mạng",
    5: "đã vào mạng, chuyển vùng",
    6: "đã vào mạng, chỉ nhắn tin",
    7: "đã vào mạng, chỉ nhắn tin, chuyển vùng",
}
NOT_REGISTERED = {0: "chưa vào mạng", 2: "đang tìm mạng", 3: "nhà mạng từ chối"}
PIN_TRIES = {
    "AT+CPINR": re.compile(r"\+CPINR: ?SIM PIN,(\d+)"),  # TS 27.007, 8.65: Telit, u-blox, newer Quectel
    'AT+QPINC="SC"': re.compile(r'\+QPINC: ?"SC",(\d+)'),  # Quectel
    "AT+SPIC": re.compile(r"\+SPIC: ?(\d+)"),  # SIMCom
    "AT^CPIN?": re.compile(r"\^CPIN: ?SIM PIN,(\d+)"),  # Huawei
}
"""How the families tell how many tries a PIN has left."""
NETWORK_TIMEOUT = "+CMS ERROR: 332"
"""The network did not confirm: it may have the message all the same."""

# What trying again cannot mend: TS 24.011 annex E (below 128: the number or the SIM is barred, the message is wrong),
# TS 23.040 9.2.3.22 (128 to 255: the service centre refuses it), TS 27.005 3.2.5 (from 300: the SIM). Every other code,
# above all 500 "unknown error" which modems give when the signal is weak, is worth another try.
FINAL_CMS = frozenset(
    {1, 8, 10, 21, 28, 29, 30, 50, 69, 81, 95, 96, 97, 98, 99, 111}
    | {128, 129, 130, 143, 144, 145, 159, 160, 161, 175, 176, 193, 195, 196, 197, 198}
    | {301, 302, 303, 304, 305, 310, 311, 312, 313, 315, 316, 317, 318, 321, 330}
)
FINAL_CME = frozenset({3, 4, 5, 6, 7, 10, 11, 12, 13, 15, 16, 17, 18, 21, 24, 25, 26, 27, 32, 40, 41})


class RefusedError(TransientDriverError):
    """The modem answered that it did not do it; another try may help."""


REFUSED = (RefusedError, FinalDriverError)
"""The modem understood, and surely did not do it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One stored message: where it is stored, and its PDU."""

    index: int
    pdu: str


def is_final(line: str) -> bool:
    """Whether a line ends the reply to a command."""
    return line in ("OK", "ERROR", *HUAWEI_ERRORS) or REFUSAL.match(line) is not None


def refuse_unless_ok(command: str, last: str) -> None:
    """Raise what the last line of a reply means, unless it is OK."""
    if last == "OK":
        return
    match = REFUSAL.match(last)
    if match is None:
        raise RefusedError(f"{command}: modem says {last!r}")
    if last == NETWORK_TIMEOUT:
        raise TransientDriverError(f"{command}: modem says {last}, the network did not confirm")
    final = FINAL_CMS if match[1] == "CMS" else FINAL_CME
    kind = FinalDriverError if int(match[2]) in final else RefusedError
    raise kind(f"{command}: modem says {last}")


def reference_of(lines: tuple[str, ...]) -> int:
    """The network's reference in a reply to AT+CMGS."""
    return int(_found(REFERENCE, lines)[1])


def signal_dbm(lines: tuple[str, ...]) -> int | None:
    """Signal strength in a reply to AT+CSQ; None for none."""
    level = int(_found(SIGNAL, lines)[1])
    return None if level == NO_SIGNAL else 2 * level - 113


def rsrp_dbm(lines: tuple[str, ...]) -> int | None:
    """Strength of the LTE cell in an answer to AT+CESQ; None for none."""
    level = int(_found(EXTENDED_SIGNAL, lines)[1])
    return level - 141 if 0 < level <= MOST_RSRP else None


def registration(lines: tuple[str, ...]) -> tuple[bool, str]:
    """Whether the SIM is on a network in a reply to one of `REGISTRATIONS`, and in words."""
    state = int(_found(REGISTRATION, lines)[1])
    return state in REGISTERED, (REGISTERED | NOT_REGISTERED).get(state, f"mạng trả lời {state}")


def operator(lines: tuple[str, ...]) -> str:
    """The network's name in an answer to AT+COPS?; empty for none."""
    return next((match[1].strip() for line in lines if (match := OPERATOR.match(line))), "")


def pin_state(lines: tuple[str, ...]) -> str:
    """What the SIM waits for in an answer to AT+CPIN?: READY, SIM PIN, SIM PUK and so on."""
    return _found(PIN_STATE, lines)[1].strip()


def places(lines: tuple[str, ...]) -> int | None:
    """How many messages the store holds at most in an answer to AT+CPMS; None: not told."""
    return next((int(match[1]) for line in lines if (match := PLACES.match(line))), None)


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
