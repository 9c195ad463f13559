"""The uplink for the wall and for ``molang sync status``: values and their Vietnamese words. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from edge.core.policy.shaping import Saver

MEGABYTE = 1_000_000
"""As operators of mobile lines count."""


class Reason(StrEnum):
    """Why something waits, or that it does not."""

    NOTHING = "nothing"
    SENDING = "sending"
    LINE_DOWN = "line_down"
    REFUSED = "refused"
    HUB_WAIT = "hub_wait"
    SHAPED = "shaped"
    BUDGET = "budget"
    NO_HUB = "no_hub"


REASON_WORDS = {
    Reason.NOTHING: "không có gì chờ",
    Reason.SENDING: "đang gửi",
    Reason.LINE_DOWN: "mất đường truyền tới tỉnh",
    Reason.REFUSED: "tỉnh chưa nhận",
    Reason.HUB_WAIT: "tỉnh bảo chờ",
    Reason.SHAPED: "giữ đúng tốc độ cho phép của giờ này",
    Reason.BUDGET: "dung lượng 4G của tháng sắp hết hoặc đã hết: số đo và hình phải chờ",
    Reason.NO_HUB: "hộp này không nối tỉnh",
}


@dataclass(frozen=True, slots=True)
class WayStatus:
    """One way out. ``works`` is None before its first try; ``budget_bytes`` 0: without a budget."""

    name: str
    used: bool
    works: bool | None
    metered: bool
    month_bytes: int
    budget_bytes: int
    saver: Saver


@dataclass(frozen=True, slots=True)
class UplinkStatus:
    """The uplink for the wall (docs/ref/state.md). ``detail`` is a Vietnamese sentence, empty when all is well.

    ``eta_s`` is when nothing will wait any more at the present rate; None: unknown.
    """

    state: Literal["up", "down", "off"]
    detail: str
    backlog: int = 0
    oldest_ms: int | None = None
    last_ok_ms: int | None = None
    sent: int = 0
    reason: Reason = Reason.NOTHING
    eta_s: int | None = None
    ways: tuple[WayStatus, ...] = ()


def saver_words(way: WayStatus) -> str:
    """What the data saver does on this way now; empty when nothing."""
    if way.saver is Saver.NONE:
        return ""
    share = way.month_bytes * 100 // way.budget_bytes
    budget = f"{way.budget_bytes // MEGABYTE} MB"
    held = "chỉ còn gửi báo động và trả lời lệnh" if way.saver is Saver.SPENT else "số đo và hình phải chờ"
    return f"{way.name} đã dùng {share} % của {budget} tháng này: {held}."
