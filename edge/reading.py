"""``molang read``: how a text would be spoken, for people and for scripts. UTF-8 in and out, whatever the locale."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from edge.core.errors import FinalError
from edge.core.normalise_vi import Accent, SpokenText, TextTooLongError, normalise

Say = Callable[[str], None]
LINE_MAX = 1024 * 1024
"""Bytes of one line: sixteen of the longest bulletins; a file without line ends must not fill the memory."""


def read_one(text: str, say: Say, *, south: bool) -> bool:
    """Print the words, then every token that cannot be read; False when there is one. FinalError over 64 KiB."""
    try:
        spoken = _read(text, south=south)
    except TextTooLongError as cause:
        raise FinalError(_TOO_LONG) from cause
    say(spoken.spoken)
    for bad in spoken.unread:
        hint = f" (có thể là: {', '.join(bad.suggestions)})" if bad.suggestions else ""
        say(f"! không đọc được {bad.token!r} ở vị trí {bad.start}{hint}")
    return spoken.complete


def read_lines(lines: Iterable[bytes], out: BinaryIO, complain: Say, *, south: bool, name: str = "") -> bool:
    """{"id","text"} lines in, {"id","spoken","unread"} lines out, each as soon as it is read; blank lines are passed.

    `spoken` is null when the text is refused; `unread` holds {start, end, token, suggestions}, places counted in the
    characters of the NFC form. An `id` of any JSON type comes back as it is. A line that is no such object is told to
    `complain` with its number and does not stop the others; False when there was one.
    """
    good = True
    for number, line in enumerate(lines, 1):
        if not line.strip(b" \t\r\n\xef\xbb\xbf"):
            continue
        try:
            answer = _answer(line, south=south)
        except (ValueError, RecursionError) as cause:
            complain(f"{name}Dòng {number}: {cause}")
            good = False
        else:
            out.write(_encoded(answer) + b"\n")
            out.flush()
    return good


def lines_of(paths: Iterable[Path], standard_input: BinaryIO) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The lines of each file with a name for complaints; of the standard input when there is no file, or for `-`."""
    for path in tuple(paths) or (Path("-"),):
        if path == Path("-"):
            yield "", _bounded(standard_input)
            continue
        try:
            file = path.open("rb")
        except OSError as cause:
            raise FinalError(f"Không mở được {path}: {cause.strerror}.") from cause
        with file:
            yield f"{path}: ", _bounded(file)


def _bounded(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(LINE_MAX + 1):
        while len(line) > LINE_MAX and not line.endswith(b"\n") and (more := file.readline(LINE_MAX)):
            line = line[: LINE_MAX + 1] + (b"\n" if more.endswith(b"\n") else b"")
        yield line


def _answer(line: bytes, *, south: bool) -> dict[str, Any]:
    row = _object(line)
    try:
        spoken = _read(row["text"], south=south)
    except TextTooLongError:
        return {"id": row.get("id"), "spoken": None, "unread": [], "error": _TOO_LONG}
    unread = [
        {"start": bad.start, "end": bad.end, "token": bad.token, "suggestions": list(bad.suggestions)}
        for bad in spoken.unread
    ]
    return {"id": row.get("id"), "spoken": spoken.spoken if spoken.complete else None, "unread": unread}


def _object(line: bytes) -> dict[str, Any]:
    """The object of a line; ValueError with a Vietnamese sentence for anything else."""
    if len(line) > LINE_MAX:
        raise ValueError(f"dài quá {LINE_MAX // 1024} KiB.")
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as cause:
        raise ValueError(f"không phải là UTF-8 (byte thứ {cause.start + 1}).") from cause
    except json.JSONDecodeError as cause:
        raise ValueError(f"không phải là JSON (cột {cause.colno}: {cause.msg}).") from cause
    well_formed = isinstance(row, dict) and isinstance(row.get("text"), str)
    if not well_formed:
        raise ValueError('cần một đối tượng {"id": …, "text": "…"}, text là chữ.')
    answer: dict[str, Any] = row
    return answer


def _encoded(answer: dict[str, Any]) -> bytes:
    """As UTF-8; half a surrogate pair, which UTF-8 cannot hold, stays an escape."""
    try:
        return json.dumps(answer, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(answer).encode()


def _read(text: str, *, south: bool) -> SpokenText:
    return normalise(text, accent=Accent.SOUTH if south else Accent.NORTH)


_TOO_LONG = "Bản tin dài quá 64 KiB."
