"""What a warning from outside may do: nothing, a draft that waits for a leader, or what the commune decided before.

Nobody outside can make a horn say his words: a trusted source may at most set off a template of the commune's own.
"""

from collections.abc import Collection, Set
from dataclasses import dataclass
from enum import StrEnum

from edge.core.cap import Cap, CapSeverity, Info, MsgType, Reference, Scope, Status, hamlets_named
from edge.core.place import EVERYWHERE

LONGEST_WORDS = 2_000
EARLY_MS = 15 * 60_000
"""Clocks differ; a message from further ahead was not sent yet."""
STALE_MS = 24 * 3_600_000
"""A message without an end is over after a day."""
DRILL = "Diễn tập."
"""A drill on real horns begins and ends with these words (L10)."""
GRAVE = frozenset({CapSeverity.EXTREME, CapSeverity.SEVERE})
DRILLS = frozenset({Status.EXERCISE, Status.TEST})


class Effect(StrEnum):
    """What is done with a message."""

    DRAFT = "draft"
    ALARM = "alarm"
    CANCEL = "cancel"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Trust:
    """What the box knows of who sent it: ``signed`` by the key of that source; ``template`` it may set off, or ""."""

    known: bool = False
    signed: bool = False
    template: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do, why (Vietnamese), and with which words where. ``replaces`` are messages that are over by this one."""

    effect: Effect
    reason: str = ""
    priority: str = "uu_tien"
    hamlets: tuple[str, ...] = ()
    text: str = ""
    replaces: tuple[Reference, ...] = ()


def judge(
    cap: Cap, trust: Trust, hamlets: Collection[str], received: Set[Reference], now_ms: int, *, drill: bool
) -> Verdict:
    """``hamlets`` are the commune's, ``received`` what came before; ``drill``: the switch for drills is on."""
    if refusal := _refusal(cap, received, now_ms, drill=drill):
        return Verdict(Effect.REFUSE, refusal)
    ours = tuple(ref for ref in cap.references if ref in received and ref.sender == cap.sender)
    if cap.msg_type is MsgType.CANCEL:
        return _cancel(ours)
    info = cap.info
    if info is None:
        return Verdict(Effect.REFUSE, "Bản tin không có nội dung (info).")
    named = tuple(name for name in hamlets_named(cap) if name in hamlets)
    if hamlets_named(cap) and not named:
        return Verdict(Effect.REFUSE, "Bản tin dành cho nơi khác: không có thôn nào của xã này.")
    words = spoken(info)
    priority = "khan_cap" if info.severity in GRAVE else "uu_tien"
    where = named or (EVERYWHERE,)
    replaces = ours if cap.msg_type is MsgType.UPDATE else ()
    if cap.status is not Status.ACTUAL:
        return Verdict(Effect.DRAFT, "Bản tin diễn tập.", "uu_tien", where, f"{DRILL} {words} {DRILL}", replaces)
    if trust.signed and trust.template and named:
        return Verdict(Effect.ALARM, "", priority, where, words, replaces)
    return Verdict(Effect.DRAFT, _why_a_draft(trust, bool(named)), priority, where, words, replaces)


def spoken(info: Info) -> str:
    """Headline, description and instruction as sentences, cut at a word."""
    parts = (part for part in (info.headline or info.event, info.description, info.instruction) if part)
    words = " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts)
    if len(words) <= LONGEST_WORDS:
        return words
    return words[:LONGEST_WORDS].rpartition(" ")[0] + "."


def _refusal(cap: Cap, received: Set[Reference], now_ms: int, *, drill: bool) -> str:
    """Why it is nothing for us; empty when it may be."""
    if cap.reference in received:
        return "Bản tin này đã nhận rồi."
    if cap.status in DRILLS and not drill:
        return "Bản tin thử hoặc diễn tập: công tắc diễn tập đang tắt."
    if cap.status not in DRILLS and cap.status is not Status.ACTUAL:
        return f"Bản tin ở trạng thái {cap.status}: không phát."
    if cap.scope is not Scope.PUBLIC:
        return "Bản tin không dành cho công chúng."
    if cap.msg_type in (MsgType.ACK, MsgType.ERROR):
        return f"Loại bản tin {cap.msg_type} không có gì để phát."
    return _out_of_time(cap, now_ms)


def _out_of_time(cap: Cap, now_ms: int) -> str:
    if cap.sent_ms > now_ms + EARLY_MS:
        return "Giờ gửi nằm ở tương lai: hãy kiểm tra đồng hồ."
    ends_ms = cap.expires_ms if cap.expires_ms is not None else cap.sent_ms + STALE_MS
    return "Bản tin đã hết hạn." if ends_ms <= now_ms else ""


def _cancel(ours: tuple[Reference, ...]) -> Verdict:
    if not ours:
        return Verdict(Effect.REFUSE, "Bản tin hủy không nhắc đến bản tin nào đã nhận từ nguồn này.")
    return Verdict(Effect.CANCEL, replaces=ours)


def _why_a_draft(trust: Trust, named: bool) -> str:
    if not trust.known:
        return "Nguồn lạ: chỉ thành bản nháp."
    if not trust.signed:
        return "Nguồn không ký: chỉ thành bản nháp."
    return "Chờ lãnh đạo duyệt." if named else "Không ghi rõ thôn: chờ lãnh đạo duyệt."
