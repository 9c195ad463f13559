"""Link ``kills``: the box is killed at each step of an announcement, and comes back by itself.

What may be heard then: every horn at most once an order, the box's own silent within five seconds, relay nodes to their
end; and every horn owes one report and gives one.
"""

import itertools
import signal
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from edge.control.protocol import AirBulletin, AnyRequest, ApproveBulletin, Done, DraftBulletin
from edge.core.errors import MolangError
from edge.store.fsck import problems
from hil import place
from hil.bench.outcome import BenchUnavailableError
from hil.bench.waiting import came_true, until
from hil.commune import Commune
from hil.links import Figure, Link
from hil.observed import Seen

ROUNDS = 2
TEXT = "Mời bà con chú ý nghe thông báo lần {number}. Hôm nay nhà văn hóa mở cửa, mời các gia đình đến nhận giống cây."
LONG_TEXT = TEXT + " Bà con nhớ mang theo bao và quang gánh." * 8
AMP_OFF_S = 5.0
BACK_S = 30.0
STEP_S = 30.0
SETTLED_S = 90.0
HORNS = tuple(horn.id for horn in place.HORNS)
LOCAL = next(horn.id for horn in place.HORNS if horn.local)
LOOK_S, CLOSE_LOOK_S = 0.05, 0.001
PLAYING_S = 1.0
TRIES = 6
"""Some steps last milliseconds: a kill that came too late is judged like the others, and the step is tried again."""
ASK_S = 15.0


@dataclass(slots=True)
class Tally:
    """What came of all kills."""

    kills: int = 0
    aired_twice: int = 0
    orders_beyond_one: int = 0
    reports_missing: int = 0
    reports_beyond_one: int = 0
    left_on: int = 0
    amp_off_s: float = 0.0
    local_off_s: float = 0.0
    back_s: float = 0.0
    sounded: int = 0
    notes: list[str] = field(default_factory=list)


def kills(rounds: int = ROUNDS) -> Link:
    """Kills, and what of it must never happen: zero each."""
    tally = Tally()
    done: dict[str, int] = dict.fromkeys(STEPS, 0)
    with tempfile.TemporaryDirectory(prefix="mo-kills-") as name, Commune(Path(name) / "xa", ()) as commune:
        until(commune.horns_are_online, STEP_S, "not every horn is online")
        numbers = itertools.count(1)  # words of its own for each: what horns have already is not sent again
        for _ in range(rounds):
            for step, at in STEPS.items():
                tries = (Announcement(commune, tally, next(numbers)).killed(step, at) for _ in range(TRIES))
                done[step] += any(tries)
        broken = commune.with_database(lambda connection: list(problems(connection, commune.layout.data / "clips")))
        doubled = _told_twice(commune)
    return _link(tally, done, broken, doubled, rounds)


def _link(tally: Tally, done: Mapping[str, int], broken: list[str], doubled: int, rounds: int) -> Link:
    never: dict[str, int] = {
        "kill_aired_twice": tally.aired_twice,
        "kill_orders_beyond_one": tally.orders_beyond_one,
        "kill_reports_missing": tally.reports_missing,
        "kill_reports_beyond_one": tally.reports_beyond_one,
        "kill_told_twice": doubled,
        "kill_amplifiers_left_on": tally.left_on,
        "kill_broken_promises": len(broken),
    }
    figures: dict[str, Figure] = {
        "kills": tally.kills,
        **never,
        "kill_amp_off_s": round(tally.amp_off_s, 3),
        "kill_own_horn_off_s": round(tally.local_off_s, 3),
        "kill_box_back_s": round(tally.back_s, 2),
        "kill_horns_sounded": tally.sounded,
        **{f"kill_{step}": count for step, count in done.items()},
    }
    in_time = max(tally.amp_off_s, tally.local_off_s) <= AMP_OFF_S
    every = all(count == rounds for count in done.values())
    return Link(
        "kills", every and in_time and not any(never.values()), figures, "; ".join([*tally.notes, *broken])[:500]
    )


class Announcement:
    """One notice on its way to the horns, and the kill on that way. What a person does is done again as a page does."""

    def __init__(self, commune: Commune, tally: Tally, number: int) -> None:
        self.commune = commune
        self._tally = tally
        self._number = number
        self.name, self.press = str(uuid.uuid4()), str(uuid.uuid4())
        self._from = len(commune.observed.all())
        self.killed_at = 0.0
        self.text = TEXT

    def killed(self, step: str, at: Callable[["Announcement"], bool]) -> bool:
        """Bring it to the step, kill, let it come to its end; False when the step was never met."""
        met = at(self)
        self.come_to_its_end()
        self._judge(step)
        return met

    def kill(self) -> None:
        """Now; returns when the box answers again."""
        self.killed_at = time.monotonic()
        self.commune.harness.kill("molang")
        self._tally.kills += 1
        until(self._answers, BACK_S, "the box does not come back", LOOK_S)
        self._tally.back_s = max(self._tally.back_s, time.monotonic() - self.killed_at)

    def draft(self) -> None:
        """Write it; the same id again is the same notice."""
        words = self.text.format(number=self._number)
        self.ask(
            DraftBulletin(id=self.name, text=words, priority="uu_tien", hamlets=("all",), user="Lan", role="operator")
        )

    def rendered(self) -> None:
        """Wait until it can be heard."""
        until(lambda: self.state() not in ("", "rendering"), STEP_S, "the notice is not spoken")

    def approve(self) -> None:
        """By a leader who heard it; one that was approved before a kill is approved."""
        if self.state() != "ready":
            return
        self.ask(ApproveBulletin(id=self.name, seal=self._seal(), user="Minh", role="leader"))

    def air(self) -> None:
        """Press the button; the same press again is the same press."""
        self.ask(AirBulletin(id=self.name, press=self.press, user="Lan", role="operator"))

    def killed_during(self, press: Callable[[], None], when: Callable[[], bool]) -> bool:
        """Press, and kill as soon as it is so; whether it was."""
        thread = Thread(target=press, daemon=True)
        thread.start()
        met = _watched(when)
        self.kill()
        thread.join()
        return met

    def ask(self, request: AnyRequest) -> None:
        """One request, asked again while the box is away; raises BenchUnavailableError when it says no."""
        until = time.monotonic() + ASK_S
        while True:
            try:
                reply = self.commune.insiders.ask(request)
                if isinstance(reply, Done):
                    return
                if reply.kind != "transient" or time.monotonic() > until:
                    raise BenchUnavailableError(f"{type(request).__name__}: {reply.reason}")
            except MolangError:
                if time.monotonic() > until:
                    raise
            time.sleep(LOOK_S)

    def state(self) -> str:
        """Its state on the disk; empty while it is not there."""
        rows = self.commune.ask_database("SELECT state FROM bulletin WHERE id = ?", self.name)
        return str(rows[0][0]) if rows else ""

    def plays(self) -> list[str]:
        """Its PLAY orders."""
        question = "SELECT id FROM horn_order WHERE bulletin = ? AND op = 'play'"
        return [row[0] for row in self.commune.ask_database(question, self.name)]

    def reports(self) -> list[tuple[str, str | None]]:
        """(horn, outcome) of every report that is owed or there."""
        question = (
            "SELECT r.horn, r.outcome FROM horn_report r JOIN horn_order o ON o.id = r.horn_order WHERE o.bulletin = ?"
        )
        return [(row[0], row[1]) for row in self.commune.ask_database(question, self.name)]

    def seen(self, what: str, **facts: object) -> list[Seen]:
        """What the devices saw of this kind since it was begun."""
        lines = self.commune.observed.all()[self._from :]
        return [one for one in lines if one.what == what and all(one.facts.get(k) == v for k, v in facts.items())]

    def _seal(self) -> str:
        rows = self.commune.state()["bulletins"]
        return next(str(row["seal"]) for row in rows if row["id"] == self.name)

    def _answers(self) -> bool:
        try:
            return bool(self.commune.state())
        except MolangError:
            return False

    def come_to_its_end(self) -> None:
        """What people do when they look again: what is not done yet is done, and then it comes to its end."""
        self.draft()
        self.rendered()
        self.approve()
        if not self.plays():
            self.air()
        until(self._over, SETTLED_S, "not every report is in")
        until(lambda: not self._on(), AMP_OFF_S + 5, "an amplifier is on")

    def _over(self) -> bool:
        reports = self.reports()
        return bool(reports) and all(outcome for _, outcome in reports) and self.state() not in ("airing", "queued")

    def _on(self) -> set[str]:
        on: set[str] = set()
        for coil in self.seen("coil"):
            (on.add if coil.facts["on"] else on.discard)(coil.who)
        return on

    def _judge(self, step: str) -> None:
        tally, reports = self._tally, self.reports()
        begun = [one.who for one in self.seen("sound", phase="first")]
        twice = [horn for horn in HORNS if begun.count(horn) > 1]
        tally.sounded += len(set(begun))
        tally.aired_twice += len(twice)
        tally.orders_beyond_one += len(self.plays()) - 1
        told = [horn for horn, outcome in reports if outcome]
        tally.reports_missing += sum(horn not in told for horn in HORNS)
        tally.reports_beyond_one += len(told) - len(set(told))
        tally.left_on += len(self._on())
        if twice:
            tally.notes.append(f"{step}: twice at {', '.join(twice)}")
        for horn in HORNS:
            tally.amp_off_s = max(tally.amp_off_s, self._off_after_sound(horn))
        tally.local_off_s = max(tally.local_off_s, self._off_after_kill())

    def _off_after_sound(self, horn: str) -> float:
        """Seconds from the last sample of a horn until its amplifier was off."""
        last = [one.steady for one in self.seen("sound", phase="last") if one.who == horn]
        off = [one.steady for one in self.seen("coil", on=False) if one.who == horn]
        return max(0.0, max(off) - max(last)) if last and off else 0.0

    def _off_after_kill(self) -> float:
        """Seconds from the kill until the box's own horn, if it was on, was off."""
        coils = [one for one in self.seen("coil") if one.who == LOCAL]
        before = [one for one in coils if one.steady <= self.killed_at]
        if not before or not before[-1].facts["on"]:
            return 0.0
        off = [one.steady for one in coils if one.steady > self.killed_at and not one.facts["on"]]
        return min(off) - self.killed_at if off else float("inf")


def _draft_stored(it: Announcement) -> bool:
    it.draft()
    it.kill()
    return True


def _rendering(it: Announcement) -> bool:
    it.text = LONG_TEXT
    it.draft()
    met = it.state() == "rendering"
    it.kill()
    return met


def _rendered(it: Announcement) -> bool:
    it.draft()
    it.rendered()
    it.kill()
    return True


def _approved(it: Announcement) -> bool:
    _ready_to_air(it)
    it.kill()
    return True


def _prepare_sent(it: Announcement) -> bool:
    """A clip begins to come to a relay node."""
    it.draft()
    it.rendered()
    folders = [it.commune.layout.node(horn) / "disk" / "clips" for horn in HORNS if horn != LOCAL]
    before = {path.name for folder in folders for path in folder.glob("*")}

    def comes() -> bool:
        return bool({path.name for folder in folders for path in folder.glob("*")} - before)

    return it.killed_during(it.approve, comes)


def _order_stored(it: Announcement) -> bool:
    _ready_to_air(it)
    return it.killed_during(it.air, lambda: bool(it.plays()))


def _play_sent(it: Announcement) -> bool:
    """The first amplifier goes on."""
    _ready_to_air(it)
    return it.killed_during(it.air, lambda: bool(it.seen("coil", on=True)))


def _playing(it: Announcement) -> bool:
    _ready_to_air(it)
    it.air()
    met = _watched(lambda: len({one.who for one in it.seen("sound", phase="loud")}) == len(HORNS))
    time.sleep(PLAYING_S)
    it.kill()
    return met


def _reports_half_in(it: Announcement) -> bool:
    """All end within milliseconds: look closely, and try again when it was too late."""
    _ready_to_air(it)
    it.air()
    met = _watched(lambda: any(outcome for _, outcome in it.reports()), STEP_S)
    it.commune.harness.kill("molang", signal.SIGSTOP)
    half = any(outcome for _, outcome in it.reports()) and not all(outcome for _, outcome in it.reports())
    it.kill()
    return met and half


def _ready_to_air(it: Announcement) -> None:
    it.draft()
    it.rendered()
    it.approve()


def _watched(true: Callable[[], bool], within_s: float = STEP_S) -> bool:
    """Look as closely as can be until it is so; whether it was."""
    return came_true(true, within_s, CLOSE_LOOK_S)


def _told_twice(commune: Commune) -> int:
    rows = commune.ask_database(
        "SELECT count(*) FROM (SELECT subject FROM outbox WHERE type = 'horn.reported' GROUP BY subject"
        " HAVING count(*) > 1)"
    )
    return int(rows[0][0])


STEPS: Mapping[str, Callable[[Announcement], bool]] = {
    "draft_stored": _draft_stored,
    "rendering": _rendering,
    "rendered": _rendered,
    "approved": _approved,
    "prepare_sent": _prepare_sent,
    "order_stored": _order_stored,
    "play_sent": _play_sent,
    "playing": _playing,
    "reports_half_in": _reports_half_in,
}
