"""What the messages of a ladder say, each at most 70 characters by construction."""

from collections.abc import Sequence

from edge.core.alert import ONE_PART
from edge.core.decimals import decimal
from edge.core.policy.ladder.wording import Blank, Wording, shorten, units

BRIEF_ROOM = 32
"""Room for an incident inside another message."""
NAME_ROOM = 12
_STAND_IN = Wording("Thay {name}: {brief}. Đáp 1.", Blank("name", NAME_ROOM), Blank("brief", BRIEF_ROOM, sentence=True))
_MISSING_ONE = Wording(
    "CHƯA GỌI ĐƯỢC {name}: {brief}. Đáp 1.", Blank("name", NAME_ROOM), Blank("brief", BRIEF_ROOM, sentence=True)
)
_MISSING = Wording("CHƯA GỌI ĐƯỢC {n} người: {brief}. Đáp 1.", Blank("n", 3), Blank("brief", BRIEF_ROOM, sentence=True))
_SEVERAL = Wording("{n} việc mới: {what}. Đáp 1 nhận.", Blank("n", 3), Blank("what", 43, sentence=True))
_STATE = Wording("{n} việc đang mở: {what}. Đáp 1 nhận.", Blank("n", 3), Blank("what", 39, sentence=True))
NOTHING_OPEN = "Không có việc nào đang mở."
NO_LEVELS = "Chưa có số đo mực nước."
STRANGER = "Số này chỉ dùng cho cán bộ trực của xã. Việc khẩn cấp gọi 112."


def stand_in_text(name: str, brief: str) -> str:
    """To a substitute."""
    return _STAND_IN.fill(name=name, brief=brief)


def missing_text(names: Sequence[str], brief: str) -> str:
    """To the chairman: who could not be reached."""
    if len(names) == 1:
        return _MISSING_ONE.fill(name=names[0], brief=brief)
    return _MISSING.fill(n=str(len(names)), brief=brief)


def several_text(briefs: Sequence[str]) -> str:
    """Several incidents in one message: their count, and the newest first as far as there is room."""
    return _SEVERAL.fill(n=str(len(briefs)), what=listed(briefs, 44))


def state_text(briefs: Sequence[str]) -> str:
    """The answer to "?"."""
    return _STATE.fill(n=str(len(briefs)), what=listed(briefs, 41)) if briefs else NOTHING_OPEN


def listed(briefs: Sequence[str], room: int) -> str:
    """As many as fit whole, at least a part of the first."""
    told = briefs[0]
    for brief in briefs[1:]:
        longer = f"{told}; {brief}"
        if units(longer) > room:
            break
        told = longer
    return told


def level_text(levels: Sequence[tuple[str, float, int, str]]) -> str:
    """The answer to "MUC": (station, metres, báo động, clock) each, the highest first, what fits in one part."""
    told = ""
    for station, metres, stands, clock in sorted(levels, key=lambda level: -level[2]):
        word = f"{shorten(station, 16)} {decimal(metres)}m{f' BĐ{stands}' if stands else ''} {clock}"
        longer = f"{told}; {word}" if told else word
        if units(longer) > ONE_PART:
            break
        told = longer
    return told or NO_LEVELS
