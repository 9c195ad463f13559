"""Brought files, written slice by slice into the spool folder: no request is larger than any other.

The only folders that the pages write: files, and photos of phones. A name is a UUID, a file is private, and a folder
has an end.
"""

import os
from pathlib import Path

from edge.core.errors import TransientError
from web.problems import BadInputError, ConflictError, TryLaterError

MOST_BYTES = 50 * 1024 * 1024
MOST_SPOOLED_BYTES = 400 * 1024 * 1024
MOST_FILES = 40
"""Overflow rule: one more is refused for now; the supervisor takes files away as they are worked off."""
MOST_IN_A_SLICE = 200 * 1024


def add_slice(folder: Path, name: str, at: int, content: bytes, most_bytes: int = MOST_BYTES) -> int:
    """Append to the file ``name``, which holds ``at`` bytes so far; returns how many it holds now.

    A slice that is there already is written again (a lost answer is asked for again). Raises BadInputError,
    ConflictError for a slice in the wrong place, TransientError while there is no room.
    """
    if not 0 < len(content) <= MOST_IN_A_SLICE:
        raise BadInputError(f"Mỗi lần chỉ gửi được từ 1 đến {MOST_IN_A_SLICE} byte của tệp.")
    if at + len(content) > most_bytes:
        raise BadInputError(f"Tệp quá nặng, tối đa {most_bytes // 1024 // 1024} MB.")
    if at == 0:
        _check_room(folder, name)
    try:
        return _write(folder / name, at, content)
    except OSError as cause:
        raise TransientError("Hộp chưa nhận được tệp. Hãy thử lại sau ít giây.") from cause


def _check_room(folder: Path, name: str) -> None:
    try:
        sizes = [path.stat().st_size for path in folder.iterdir() if path.name != name]
    except OSError as cause:
        raise TransientError("Bộ điều khiển chưa chạy: chưa tải tệp lên được.") from cause
    if len(sizes) >= MOST_FILES or sum(sizes) > MOST_SPOOLED_BYTES - MOST_BYTES:
        raise TryLaterError("Đang có nhiều tệp chờ xử lý. Hãy đợi ít phút rồi tải lên.")


def _write(path: Path, at: int, content: bytes) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW if at == 0 else os.O_RDWR | os.O_NOFOLLOW
    file = os.open(path, flags, 0o600)
    try:
        if os.fstat(file).st_size < at:
            raise ConflictError("Tệp tải lên bị đứt quãng: hãy tải lên lại.")
        os.truncate(file, at)
        return at + os.pwrite(file, content, at)
    finally:
        os.close(file)
