"""Who may use the horns now (R1, L9): one arbiter for everything that may sound.

STOP > *khẩn cấp* > live microphone > *ưu tiên* > *thường* > relay. Whatever asks ends in exactly one of aired, dropped,
refused, stopped, with a sentence that says why. In one hamlet one thing sounds; who waits is served by rank, and within
a rank in the order of asking: nobody overtakes another of his rank who waits for a common horn.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from edge.core.broadcast import Priority
from edge.core.local_time import minute_of_day
from edge.core.moment import Moment, Steady
from edge.core.place import EVERYWHERE, HamletId
from edge.core.policy.airtime.limits import Budget, hushed_now, over_limit, places, spend, top_gain_db
from edge.core.policy.airtime.values import (
    Action,
    AfterCut,
    Ask,
    Asked,
    Chosen,
    Close,
    End,
    Ended,
    Fact,
    Item,
    OnAir,
    Queue,
    Rules,
    Start,
    State,
    Stopped,
    Tick,
    Verdict,
    Voided,
)

MOST_CUTS = 3
"""Taken off the air so often, an item is given up: its people have heard its beginning three times."""
WORTH_S = 20.0
"""Less than this of a relay is not worth taking up again."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with its sentence; ``cuts`` give way, ``rival`` is whom people are asked about."""

    verdict: Verdict
    reason: str
    cuts: tuple[str, ...] = ()
    rival: str = ""


def decide(state: State, fact: Fact, rules: Rules, now: Moment) -> tuple[State, tuple[Action, ...]]:
    """What happens now because of this fact, and the state afterwards."""
    state, done = _TAKE[type(fact)](state, fact, rules, now)
    state, more = _serve(state, rules, now)
    if isinstance(fact, Asked) and fact.item in state.waiting:
        more = (*more, *_words_to_who_waits(state, fact.item, rules, now))
    return state, (*done, *more)


def judge(state: State, item: Item, rules: Rules, now: Moment) -> Decision:
    """What would happen to this item if it asked now, or to one that waits."""
    why = _refusal(state, item, rules, now)
    if why:
        return Decision(Verdict.REFUSE, why)
    rivals = [one for one in state.on_air if _holds(one, now) and share_a_horn(one.item.hamlets, item.hamlets)]
    stronger = [one for one in rivals if _stands_before(state, one.item, item)]
    ahead = _ahead(state, item)
    equal = _to_ask_about(state, item, [one.item for one in stronger] + ahead)
    if equal:
        return Decision(Verdict.ASK, "Có hai tin ưu tiên cùng lúc: hãy chọn tin phát trước.", rival=equal)
    if stronger:
        left_s = max(0, round(max(one.until for one in stronger) - now.steady))
        return Decision(Verdict.WAIT, f"Loa đang phát tin cùng hạng hoặc hạng cao hơn, còn khoảng {left_s} giây.")
    if ahead:
        return Decision(Verdict.WAIT, f"Còn {len(ahead)} tin đang chờ trước ở cùng loa.")
    if rivals:
        return Decision(Verdict.PREEMPT, "Ngắt tin hạng thấp hơn đang phát.", tuple(one.item.id for one in rivals))
    return Decision(Verdict.NOW, "Loa đang rảnh: phát ngay.")


def questions(state: State, rules: Rules, now: Moment) -> tuple[Ask, ...]:
    """What people may decide now: of each *ưu tiên* that waits, whether it goes before another."""
    verdicts = [(item, judge(state, item, rules, now)) for item in queue_of(state)]
    return tuple(Ask(one.rival, item.id, one.reason) for item, one in verdicts if one.verdict is Verdict.ASK)


def share_a_horn(one: frozenset[HamletId], other: frozenset[HamletId]) -> bool:
    """Whether two requests meet in some hamlet."""
    return EVERYWHERE in one or EVERYWHERE in other or bool(one & other)


def first_unheard(item: Item, heard_s: float) -> int:
    """The number of the first clip that was not heard to its end, counted from ``from_clip``."""
    number, left_s = item.from_clip, heard_s + 0.5
    while number < len(item.clips_s) and left_s >= item.clips_s[number]:
        left_s -= item.clips_s[number]
        number += 1
    return number


def _refusal(state: State, item: Item, rules: Rules, now: Moment) -> str:
    if not item.approved:
        return "Bản tin chưa được duyệt nên chưa phát được."
    if now.steady > item.latest:
        return "Chờ quá lâu, đã qua thời điểm cần phát."
    why = "" if item.at_night else hushed_now(item.priority, rules.limits, now)
    if why or item.planned:
        return why
    return over_limit(item.priority, item.hamlets, item.length_s, now.at_ms, Budget(rules.limits, state.spent))


def _holds(one: OnAir, now: Moment) -> bool:
    return not one.leaving and one.until > now.steady


def _stands_before(state: State, rival: Item, item: Item) -> bool:
    """Whether a rival on air keeps its horns."""
    if rival.priority == item.priority:
        return (item.id, rival.id) not in state.chosen
    return rival.priority > item.priority


def _ahead(state: State, item: Item) -> list[Item]:
    """Who waits before this one for a common horn."""
    order = queue_of(state)
    before = order[: order.index(item)] if item in order else [one for one in order if one.priority >= item.priority]
    return [one for one in before if share_a_horn(one.hamlets, item.hamlets)]


def _to_ask_about(state: State, item: Item, before: list[Item]) -> str:
    if item.priority is not Priority.UU_TIEN:
        return ""
    for rival in before:
        asked = {(item.id, rival.id), (rival.id, item.id)} & state.chosen
        if rival.priority is Priority.UU_TIEN and not rival.talk and not asked:
            return rival.id
    return ""


def queue_of(state: State) -> list[Item]:
    """Who waits, in the order of service: by rank, then by coming, but as people chose."""
    order = sorted(state.waiting, key=lambda one: -one.priority)
    for first, second in sorted(state.chosen):
        names = [one.id for one in order]
        if first in names and second in names and names.index(second) < names.index(first):
            order.insert(names.index(second), order.pop(names.index(first)))
    return order


def _serve(state: State, rules: Rules, now: Moment) -> tuple[State, tuple[Action, ...]]:
    """Start whoever may start, the first in the queue first."""
    actions: list[Action] = []
    for item in queue_of(state):
        verdict = judge(state, item, rules, now)
        if verdict.verdict is Verdict.REFUSE:
            state = _without(state, item.id)
            actions.append(Close(item.id, End.DROPPED, verdict.reason))
        elif verdict.verdict in (Verdict.NOW, Verdict.PREEMPT):
            state, start = _started(state, item, verdict, rules, now)
            actions.append(start)
    return state, tuple(actions)


def _started(state: State, item: Item, verdict: Decision, rules: Rules, now: Moment) -> tuple[State, Start]:
    limits = rules.limits
    gain_db = top_gain_db(item.priority, item.hamlets, item.gain_db, minute_of_day(now.at_ms), limits)
    until = Steady(now.steady + item.length_s + rules.slack_s)
    on_air = tuple(replace(one, leaving=one.leaving or one.item.id in verdict.cuts) for one in state.on_air)
    spent = state.spent if item.planned else spend(state.spent, item.hamlets, item.length_s, now.at_ms, limits)
    state = replace(_without(state, item.id), on_air=(*on_air, OnAir(item, until, now.at_ms)), spent=spent)
    return state, Start(item, gain_db, verdict.cuts, verdict.reason)


def _words_to_who_waits(state: State, item: Item, rules: Rules, now: Moment) -> tuple[Action, ...]:
    verdict = judge(state, item, rules, now)
    if verdict.verdict is Verdict.ASK:
        return Queue(item, verdict.reason), Ask(verdict.rival, item.id, verdict.reason)
    return (Queue(item, verdict.reason),)


def _without(state: State, name: str) -> State:
    return replace(state, waiting=tuple(one for one in state.waiting if one.id != name))


def _asked(state: State, fact: Asked, rules: Rules, now: Moment) -> tuple[State, tuple[Action, ...]]:
    why = _refusal(state, fact.item, rules, now)
    if why:
        return state, (Close(fact.item.id, End.REFUSED, why),)
    return replace(state, waiting=(*state.waiting, fact.item)), ()


def _ended(state: State, fact: Ended, rules: Rules, _now: Moment) -> tuple[State, tuple[Action, ...]]:
    act = next((one for one in state.on_air if one.item.id == fact.id), None)
    if act is None:
        return state, ()
    unheard_s = 0.0 if act.item.planned else fact.heard_s - act.item.length_s
    spent = spend(state.spent, act.item.hamlets, min(0.0, unheard_s), act.began, rules.limits)
    state = replace(state, on_air=tuple(one for one in state.on_air if one is not act), spent=spent)
    if act.stopped:
        return state, (Close(fact.id, End.STOPPED, STOPPED),)
    if fact.whole or not act.leaving:
        return state, (Close(fact.id, End.AIRED, "Đã phát."),)
    return _cut(state, act.item, fact.heard_s, rules)


def _cut(state: State, item: Item, heard_s: float, rules: Rules) -> tuple[State, tuple[Action, ...]]:
    """It had to give way: it goes to the head of its rank, or ends here."""
    rest = rest_of(item, heard_s, rules.after_cut[item.priority])
    if rest is None or rest.cuts > MOST_CUTS:
        return state, (Close(item.id, End.DROPPED, "Bị tin hạng cao hơn ngắt, không phát lại."),)
    again = Queue(rest, "Bị tin hạng cao hơn ngắt, sẽ phát lại khi loa rảnh.")
    return replace(state, waiting=(rest, *state.waiting)), (again,)


def rest_of(item: Item, heard_s: float, rule: AfterCut) -> Item | None:
    """What is left to sound of an item that was cut; None: nothing, or nothing that is worth it."""
    if rule is AfterCut.DROP:
        return None
    again = replace(item, cuts=item.cuts + 1, planned=False)
    if rule is AfterCut.AGAIN:
        return again
    if item.clips_s:
        number = first_unheard(item, heard_s)
        left_s = sum(item.clips_s[number:])
        return replace(again, from_clip=number, length_s=left_s) if left_s else None
    left_s = item.length_s - heard_s
    return replace(again, length_s=left_s) if left_s >= WORTH_S else None


STOPPED = "Đã bị lệnh dừng ngắt."


def _stopped(state: State, fact: Stopped, rules: Rules, _now: Moment) -> tuple[State, tuple[Action, ...]]:
    """Nothing sounds or waits there any more. Elsewhere what sounds goes on, and is closed at its end."""
    silent = places(fact.hamlets, rules.limits) if rules.limits.hamlets else fact.hamlets
    gone = [one.id for one in state.waiting if share_a_horn(one.hamlets, fact.hamlets)]
    on_air: list[OnAir] = []
    for act in state.on_air:
        left = places(act.item.hamlets, rules.limits) - silent
        if not share_a_horn(act.item.hamlets, fact.hamlets):
            on_air.append(act)
        elif left and EVERYWHERE not in fact.hamlets:
            on_air.append(replace(act, item=replace(act.item, hamlets=left), stopped=True))
        else:
            gone.append(act.item.id)
    waiting = tuple(one for one in state.waiting if one.id not in gone)
    return replace(state, on_air=tuple(on_air), waiting=waiting), tuple(
        Close(one, End.STOPPED, STOPPED) for one in gone
    )


def _voided(state: State, fact: Voided, _rules: Rules, _now: Moment) -> tuple[State, tuple[Action, ...]]:
    if not any(one.id == fact.id for one in state.waiting):
        return state, ()
    return _without(state, fact.id), (Close(fact.id, End.DROPPED, fact.why),)


def _chosen(state: State, fact: Chosen, _rules: Rules, _now: Moment) -> tuple[State, tuple[Action, ...]]:
    """Only between two *ưu tiên*, and once: nobody can be moved to and fro for ever."""
    urgent = {
        one.id for one in (*state.waiting, *(act.item for act in state.on_air)) if one.priority is Priority.UU_TIEN
    }
    known = {fact.first, fact.second} <= urgent and fact.first != fact.second
    if not known or (fact.second, fact.first) in state.chosen:
        return state, ()
    return replace(state, chosen=state.chosen | {(fact.first, fact.second)}), ()


def _tick(state: State, _fact: Tick, _rules: Rules, _now: Moment) -> tuple[State, tuple[Action, ...]]:
    return state, ()


_Take = Callable[[State, Any, Rules, Moment], tuple[State, tuple[Action, ...]]]
_TAKE: Mapping[type, _Take] = {
    Asked: _asked,
    Ended: _ended,
    Stopped: _stopped,
    Voided: _voided,
    Chosen: _chosen,
    Tick: _tick,
}
