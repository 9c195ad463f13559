"""``molang read``: how a text would be spoken, for people and for scripts."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from edge.core.errors import FinalError
from edge.core.normalise_vi import Accent, SpokenText, normalise

Say = Callable[[str], None]


def read_one(text: str, say: Say, *, south: bool) -> bool:
    """Print the words, then every token that cannot be read; False when there is one."""
    spoken = _read(text, south)
    say(spoken.spoken)
    for bad in spoken.unread:
        hint = f" (có thể là: {', '.join(bad.suggestions)})" if bad.suggestions else ""
        say(f"! không đọc được {bad.token!r} ở vị trí {bad.start}{hint}")
    return spoken.complete


def read_lines(lines: Iterable[str], say: Say, *, south: bool) -> None:
    """{"id","text"} lines in, {"id","spoken","unread"} lines out; spoken is null when it is refused."""
    for number, line in enumerate(lines, 1):
        try:
            row: dict[str, Any] = json.loads(line)
            spoken = _read(str(row["text"]), south)
        except (ValueError, KeyError, TypeError) as cause:
            raise FinalError(f"Dòng {number}: cần một đối tượng JSON có id và text ({cause}).") from cause
        unread = [{"start": bad.start, "end": bad.end, "token": bad.token} for bad in spoken.unread]
        words = spoken.spoken if spoken.complete else None
        say(json.dumps({"id": row.get("id"), "spoken": words, "unread": unread}, ensure_ascii=False))


def _read(text: str, south: bool) -> SpokenText:
    return normalise(text, accent=Accent.SOUTH if south else Accent.NORTH)
