"""USSD: the short question (*101#) and the sentence that comes back, pure.

Sources: 3GPP TS 27.007, 7.15 (+CUSD), TS 23.038, chapter 5 (coding). Modems keep to them loosely: the same sentence
comes as text, as UCS2 or as packed 7 bit in hexadecimal, and the coding that is told is not always the one used.
"""

from __future__ import annotations

import re

from drivers.devices.modem_at import gsm7

ASK = r"[*#][0-9*#]{1,18}#"
ANSWER = re.compile(r'\+CUSD: ?(\d)(?:,"(.*)"(?:,(\d*))?)?', re.DOTALL)
DEFAULT_CODING = 15
PAGES = frozenset({0x00, 0x01, 0x03, 0x04, 0x1E, 0x20})
"""High octets of what operators write: Latin with all Vietnamese letters, combining marks, Cyrillic, dashes."""
SEPTET_BITS = 7


def questions(code: str) -> tuple[str, ...]:
    """The commands that ask, in the order in which to try them: as text, and packed as Huawei and ZTE want it."""
    return tuple(f'AT+CUSD=1,"{text}",{DEFAULT_CODING}' for text in (code, packed(code)))


def packed(code: str) -> str:
    """7 bit characters, packed, in hexadecimal. All of USSD's are the same in ASCII."""
    number = sum(ord(character) << SEPTET_BITS * place for place, character in enumerate(code))
    return number.to_bytes((len(code) * SEPTET_BITS + 7) // 8, "little").hex().upper()


def sentence(line: str) -> str:
    """What the network says in a +CUSD line, white space made one; empty when it says nothing."""
    match = ANSWER.match(line)
    text = _decoded(match[2] or "", int(match[3] or DEFAULT_CODING)) if match else ""
    return " ".join(text.replace("\x00", "").split())


def is_open(line: str) -> bool:
    """Whether the network waits for another answer: the session must be ended."""
    match = ANSWER.match(line)
    return match is not None and match[1] == "1"


def _decoded(text: str, coding: int) -> str:
    raw = _octets(text)
    if raw is None:
        return text
    if _says_ucs2(coding) or _looks_like_ucs2(raw):
        return raw[: len(raw) & ~1].decode("utf-16-be", "replace")
    return gsm7.text_of(gsm7.septets(raw, len(raw) * 8 // SEPTET_BITS)).rstrip("\r@\x00")


def _octets(text: str) -> bytes | None:
    """The octets of hexadecimal text. Digits alone are an amount of money."""
    if not re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", text) or (text.isdecimal() and len(text) < 16):
        return None
    return bytes.fromhex(text)


def _says_ucs2(coding: int) -> bool:
    """Groups 01xx with alphabet 10, and 0001 0001."""
    return (coding & 0xC0 == 0x40 and coding & 0x0C == 0x08) or coding == 0x11


def _looks_like_ucs2(raw: bytes) -> bool:
    return len(raw) % 2 == 0 and sum(octet in PAGES for octet in raw[::2]) * 10 >= len(raw[::2]) * 9
