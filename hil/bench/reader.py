"""The normaliser on a plain bulletin, a dense one, and on texts made to be slow."""

import time
from collections.abc import Callable, Mapping
from functools import partial

from edge.core.normalise_vi import TEXT_BYTES_MAX, Kind, normalise
from hil.bench.outcome import Outcome, Round, Say, in_turns, ratio

PLAIN = (
    "Mời bà con trong thôn đến nhà văn hóa họp bàn việc nạo vét mương và sửa đường. Bà con nhớ đem theo cuốc xẻng. "
    "Các cháu nhỏ không ra gần bờ sông. Nhà nào có người già yếu xin báo cho trưởng thôn để cử người giúp đỡ. "
)
DENSE = (
    "Lúc 6h30 ngày 22/11/2026, mực nước sông Thương tại Phủ Lạng Thương 5,32 m, trên BĐ2 0,22m; dự báo 17g cùng ngày "
    "6,3-6,5 m. Mưa 100-200 mm, có nơi trên 250mm; gió cấp 8-9, giật cấp 11. UBND xã yêu cầu 125 hộ thôn Đông, "
    "48 hộ thôn Đoài di dời trước 14h00; hỗ trợ 1.500.000đ/hộ. ĐT trực 24/24: 0913 456 789. "
)
HOSTILE = {
    "digits": "1",
    "dotted digits": "1.234.",
    "slashes": "1/",
    "signs": "-1+2",
    "capitals": "XIVC",
    "one letter": "a",
    "dots": ".",
    "brackets": "((",
    "marks": "e\u0302\u0301",
    "no joint": "ngày22/11lúc17h30",
    "phone": "0913 456 789 ",
    "unknown words": "xzq wkj ",
    "links": "a.b@c.vn/",
    "emoji": "⚠️",
    "space": "\u200b \u00a0",
}
HOSTILE_IS = "hostile: "
SHORT_CHARS, LONG_CHARS = 2_000, 30_000
WITH_NUMBERS = frozenset(Kind) - {Kind.ABBREVIATION, Kind.FOREIGN, Kind.INTERNET, Kind.SYMBOL, Kind.SILENT, Kind.LETTER}


def measure(quick: bool, say: Say) -> Outcome:
    """Microseconds a character, best seen against 64 KiB, the longest text that is read at all."""
    rounds, hostile_bytes = (3, 8 * 1024) if quick else (9, TEXT_BYTES_MAX)
    texts = {
        "plain": _filled(PLAIN, SHORT_CHARS),
        "dense": _filled(DENSE, SHORT_CHARS),
        "dense, long": _filled(DENSE, SHORT_CHARS if quick else LONG_CHARS),
    }
    measures: dict[str, Callable[[], Round]] = {name: partial(_read, text) for name, text in texts.items()}
    measures |= {
        f"{HOSTILE_IS}{name}": partial(_time, _bytes_of(part, hostile_bytes)) for name, part in HOSTILE.items()
    }
    cases = in_turns(rounds, measures, say)
    hostile = [case for name, case in cases.items() if name.startswith(HOSTILE_IS)]
    worst = max(hostile, key=lambda case: case.figures["us_per_char"].median)
    ratios = (
        ratio("µs/char: dense to plain", "us_per_char", cases["dense"], cases["plain"]),
        ratio("µs/char: long to short, 1 is linear", "us_per_char", cases["dense, long"], cases["dense"]),
        ratio("µs/char: worst hostile text to plain", "us_per_char", worst, cases["plain"]),
    )
    settings: Mapping[str, str | int | float] = {
        "worst": worst.name,
        "hostile_bytes": hostile_bytes,
        "short_chars": len(texts["dense"]),
    }
    return Outcome(tuple(cases.values()), ratios, ("us_per_char",), settings)


def _filled(part: str, chars: int) -> str:
    return part * max(1, chars // len(part))


def _bytes_of(part: str, size: int) -> str:
    return part * (size // len(part.encode()))


def _read(text: str) -> Round:
    began = time.perf_counter()
    read = normalise(text)
    took_s = time.perf_counter() - began
    numbers = sum(span.kind in WITH_NUMBERS for span in read.spans)
    return {"us_per_char": took_s * 1e6 / len(text), "whole_ms": took_s * 1000, "numbers_per_s": numbers / took_s}


def _time(text: str) -> Round:
    began = time.perf_counter()
    normalise(text)
    took_s = time.perf_counter() - began
    return {"us_per_char": took_s * 1e6 / len(text), "whole_ms": took_s * 1000}
