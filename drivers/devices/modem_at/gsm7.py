"""The GSM 7 bit default alphabet (3GPP TS 23.038, 6.2.1 and 6.2.1.1), unpacked. Pure."""

from __future__ import annotations

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPE = 0x1B
EXTENSION = {ESCAPE: " ", 10: "\f", 20: "^", 40: "{", 41: "}", 47: "\\", 60: "[", 61: "~", 62: "]", 64: "|", 101: "€"}


def septets(packed: bytes, count: int) -> tuple[int, ...]:
    """The first `count` septets; the first sits in the lowest bits. Fewer if the bytes end before."""
    number = int.from_bytes(packed, "little")
    there = min(count, len(packed) * 8 // 7)
    return tuple(number >> 7 * place & 0x7F for place in range(there))


def text_of(codes: tuple[int, ...]) -> str:
    """The text of septets. An unknown escaped code shows as its basic character, as the standard asks."""
    text, escaped = "", False
    for code in codes:
        if code == ESCAPE and not escaped:
            escaped = True
            continue
        text += EXTENSION.get(code, BASIC[code]) if escaped else BASIC[code]
        escaped = False
    return text
