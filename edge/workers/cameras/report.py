"""A probe as a person reads it, and as a script does."""

from dataclasses import asdict
from typing import Any

from rich.table import Table

from edge.core.decimals import decimal
from edge.workers.cameras.advice import advice, guaranteed_seen_s, saved_pct
from edge.workers.cameras.probe import Probe

CODECS = {"h264": "H.264", "hevc": "H.265"}


def as_json(seen: Probe) -> dict[str, Any]:
    """Every figure, what follows from it, and the advice."""
    figures = {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(seen).items()}
    return figures | {
        "gop_s": round(seen.gop_s, 3),
        "guaranteed_seen_s": round(guaranteed_seen_s(seen), 3),
        "full_decode_cpu_pct": round(seen.full_pct, 2),
        "key_frames_cpu_pct": round(seen.keys_pct, 2),
        "governor_saves_pct": round(saved_pct(seen), 1),
        "advice": advice(seen),
    }


def as_table(seen: Probe) -> Table:
    """The figures in Vietnamese, two columns."""
    table = Table(show_header=False, box=None)
    for name, value in _rows(seen):
        table.add_row(name, value)
    return table


def _rows(seen: Probe) -> tuple[tuple[str, str], ...]:
    order = ", có khung B" if seen.reordered else ""
    return (
        ("Kiểu hình", f"{CODECS.get(seen.codec, seen.codec)} {seen.profile}{order}"),
        ("Cỡ hình", f"{seen.width} x {seen.height}"),
        ("Số hình mỗi giây", decimal(seen.fps, 1)),
        ("Đường truyền", f"{seen.kbit_s:.0f} kbit/s"),
        ("Khung I cách nhau", f"{decimal(seen.gop_s, 1)} s, mỗi khung {seen.key_bytes / 1000:.0f} kB"),
        ("Chắc chắn thấy ai ở lại hơn", f"{decimal(guaranteed_seen_s(seen), 1)} s"),
        ("Giải mã mọi hình", f"{decimal(seen.full_pct, 1)} % một nhân máy này"),
        ("Chỉ giải mã khung I", f"{decimal(seen.keys_pct, 2)} %"),
        ("Khi vắng, bộ điều tiết bớt được", f"{saved_pct(seen):.0f} %"),
    )
