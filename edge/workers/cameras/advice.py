"""What to change in a camera, in words that fit its settings page. Pure: a probe in, sentences out."""

from collections.abc import Iterator

from edge.core.vision import FULL_SEEN_S, LONGEST_GOP_S
from edge.workers.cameras.probe import Probe

BEST_GOP_S = (0.9, 2.2)
UNEVEN = 1.5
"""Longest interval to shortest: above it the camera chooses by itself (“smart codec”)."""
MOST_WATCHED_PX = 1280 * 720
MOST_FPS = 16.0
MOST_KBIT_S = 1500.0


def guaranteed_seen_s(seen: Probe) -> float:
    """Whoever stays longer than this is seen, whatever the decode governor saves."""
    return seen.gop_s if seen.gop_s <= LONGEST_GOP_S else FULL_SEEN_S


def saved_pct(seen: Probe) -> float:
    """How much of the decoding the governor saves while nothing happens, in percent of decoding everything."""
    if seen.gop_s > LONGEST_GOP_S or not seen.full_pct:
        return 0.0
    return max(0.0, 100 * (1 - seen.keys_pct / seen.full_pct))


def advice(seen: Probe) -> tuple[str, ...]:
    """What a technician should change for the watched stream; empty when nothing."""
    return tuple(_all(seen))


def _all(seen: Probe) -> Iterator[str]:
    yield from _codec(seen)
    yield from _key_frames(seen)
    yield from _size(seen)


def _codec(seen: Probe) -> Iterator[str]:
    if seen.codec == "hevc":
        yield (
            "Luồng này là H.265: trình duyệt không phát được nên màn hình chỉ hiện ảnh tĩnh. Đổi luồng phụ (sub stream)"
            " sang H.264; luồng chính để ghi có thể giữ H.265."
        )
    if seen.reordered:
        yield "Luồng có khung B (B-frame): hình đến chậm hơn. Chọn profile Baseline hoặc tắt B-frame."


def _key_frames(seen: Probe) -> Iterator[str]:
    low, high = BEST_GOP_S
    if not seen.key_intervals_s:
        yield (
            f"Trong {seen.watched_s:.0f} s không thấy hai khung I: hộp phải giải mã mọi hình, rất tốn. Đặt khoảng khung"
            f" I (I-frame interval, GOP) bằng {_frames(seen, 2.0)} hình, tức 2 giây."
        )
    elif max(seen.key_intervals_s) > UNEVEN * min(seen.key_intervals_s):
        yield (
            f"Khoảng khung I không đều ({_s(min(seen.key_intervals_s))} đến {_s(seen.gop_s)}): tắt H.264+, H.265+,"
            f" Smart codec hoặc Smart GOP, rồi đặt khoảng khung I bằng {_frames(seen, 2.0)} hình."
        )
    elif not low <= seen.gop_s <= high:
        yield (
            f"Khung I cách nhau {_s(seen.gop_s)}: đặt 1 đến 2 giây, tức {_frames(seen, 1.0)} đến"
            f" {_frames(seen, 2.0)} hình, để thấy người chắc hơn mà vẫn nhẹ máy."
        )


def _size(seen: Probe) -> Iterator[str]:
    if seen.width * seen.height > MOST_WATCHED_PX:
        yield (
            f"Hình {seen.width}x{seen.height} quá lớn để xem liên tục: dùng luồng phụ 640x360 cho `url`, và đặt"
            " luồng này ở `record_url` để ghi."
        )
    if seen.fps > MOST_FPS:
        yield f"{seen.fps:.0f} hình mỗi giây là nhiều hơn cần: luồng phụ 10 đến 15 hình mỗi giây là đủ."
    if seen.kbit_s > MOST_KBIT_S:
        yield f"Luồng chạy {seen.kbit_s:.0f} kbit/s: luồng phụ 256 đến 768 kbit/s là đủ."


def _frames(seen: Probe, interval_s: float) -> int:
    return max(1, round(seen.fps * interval_s))


def _s(seconds: float) -> str:
    return f"{seconds:.1f} s".replace(".", ",")
