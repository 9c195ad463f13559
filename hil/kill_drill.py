"""Kills every process of the commune in turn, with SIGKILL and in mid-play, and looks whether anything was lost."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil
from rich.console import Console

from edge.core.errors import MolangError
from edge.store.fsck import problems
from hil.chain import LONG, QUIET_HAMLETS, REPORTED_S
from hil.chain_links import hub
from hil.commune import Commune
from hil.links import Link, show
from hil.panel import PanelError, PanelPerson
from hil.ports import listens

BACK_S = 15.0
AMP_OFF_S = 5.0
RELAY = "loa-doai"
LOCAL = "loa-trung-tam"
SERVICES = ("vision-0", "live", "speech", "speech-alarms", "node-local", "broker")
LOOK_EVERY_S = 0.05
SETTLE_S = 90.0


@dataclass(frozen=True, slots=True)
class Target:
    """A process to kill. ``horns`` lose their node with it; ``module`` names a child of the supervisor."""

    name: str
    program: str = "molang"
    module: str = ""
    horns: tuple[str, ...] = ()


TARGETS = (
    Target("supervisor", horns=(LOCAL,)),
    Target("shard", module="edge.workers.vision"),
    Target("live", module="edge.workers.live"),
    Target("speech", module="edge.workers.speech"),
    Target("local node", module="edge.node", horns=(LOCAL,)),
    Target("web", program="web"),
    Target("relay node", program=RELAY, horns=(RELAY,)),
    Target("broker", program="broker"),
)


@dataclass(slots=True)
class Accepted:
    """What the box said that it had: it must still be there at the end."""

    incidents: set[str] = field(default_factory=set)
    orders: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    bulletins: set[str] = field(default_factory=set)

    def note(self, commune: Commune) -> None:
        """Add all that can be read now."""
        for rows, question in (
            (self.incidents, "SELECT id FROM incident"),
            (self.orders, "SELECT horn_order || '/' || horn FROM horn_report"),
            (self.events, "SELECT id FROM outbox"),
            (self.bulletins, "SELECT id FROM bulletin"),
        ):
            rows.update(row[0] for row in commune.ask_database(question))


def drill(commune: Commune, console: Console) -> list[Link]:
    """A line a process, then one that says whether anything was lost."""
    accepted = Accepted()
    base, words = f"http://127.0.0.1:{commune.ports.web}", commune.access.passwords
    operator = PanelPerson(base, "operator", words["operator"])
    leader = PanelPerson(base, "leader", words["leader"])
    bulletin = operator.write(LONG, QUIET_HAMLETS, "uu_tien")
    leader.approve(bulletin)
    links = []
    for target in TARGETS:
        links.append(_kill(commune, target, operator, bulletin, accepted))
        show(console, links[-1])
    links.append(_nothing_lost(commune, accepted))
    show(console, links[-1])
    return links


def _kill(commune: Commune, target: Target, person: PanelPerson, bulletin: str, accepted: Accepted) -> Link:
    pressed = person.air(bulletin)
    for horn in (LOCAL, RELAY):
        commune.observed.wait_for("sound", horn, since=pressed, deadline_s=15.0, phase="loud")
    draft = _draft_for_speech(person) if target.name == "speech" else None
    accepted.note(commune)
    pids = find(commune, target)
    killed = time.monotonic()
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    back = _until(lambda: _is_back(commune, target, pids), BACK_S)
    off = [_seconds_to_off(commune, horn, killed) for horn in target.horns]
    settled = _until(lambda: _settled(commune, bulletin), SETTLE_S)
    rendered = draft is None or _rendered(person, draft)
    amps_off = all(seconds is not None and seconds <= AMP_OFF_S for seconds in off)
    figures = {
        "back_s": back,
        "amp_off_s": max((seconds for seconds in off if seconds is not None), default=None),
        "reports_in_s": settled,
    }
    ok = back is not None and amps_off and settled is not None and rendered
    return Link(f"kill -9 {target.name}", ok, figures, f"pid {', '.join(map(str, pids))}")


def find(commune: Commune, target: Target) -> list[int]:
    """The process numbers of the target; speech runs twice."""
    pid = commune.harness.pid(target.program)
    if pid is None:
        return []
    if not target.module:
        return [pid]
    return [int(child.pid) for child in psutil.Process(pid).children() if target.module in child.cmdline()]


def _is_back(commune: Commune, target: Target, killed: list[int]) -> bool:
    try:
        now = find(commune, target)
        if len(now) != len(killed) or set(now) & set(killed):
            return False
        services = {row["name"]: row["state"] for row in commune.state()["services"]}
    except (MolangError, psutil.Error, KeyError):
        return False
    children_up = all(services.get(name) == "up" for name in SERVICES)
    return children_up and listens(commune.ports.web) and listens(commune.ports.live)


def _seconds_to_off(commune: Commune, horn: str, killed: float) -> float | None:
    seen = commune.observed.wait_for("coil", horn, since=killed, deadline_s=AMP_OFF_S + 5, on=False)
    return round(seen.steady - killed, 3) if seen else None


def _settled(commune: Commune, bulletin: str) -> bool:
    """No horn owes a report, and the bulletin may be aired again."""
    rows = commune.ask_database(
        "SELECT (SELECT count(*) FROM horn_report WHERE outcome IS NULL)"
        " + (SELECT count(*) FROM bulletin WHERE id = ? AND state IN ('airing', 'queued'))",
        bulletin,
    )
    return bool(rows[0][0] == 0)


def _draft_for_speech(person: PanelPerson) -> str:
    """A long notice that is being rendered when speech is killed."""
    name = "00000000-0000-4000-8000-000000000001"
    person.post("/api/bulletins", id=name, text=LONG * 5, priority="thuong", hamlets=list(QUIET_HAMLETS))
    return name


def _rendered(person: PanelPerson, bulletin: str) -> bool:
    try:
        return bool(person.wait_for(bulletin, "ready", REPORTED_S)["clips"])
    except PanelError:
        return False


def _until(done: Callable[[], bool], deadline_s: float) -> float | None:
    """Seconds until it was so, or None."""
    began = time.monotonic()
    while not done():
        if time.monotonic() - began > deadline_s:
            return None
        time.sleep(LOOK_EVERY_S)
    return round(time.monotonic() - began, 2)


def _nothing_lost(commune: Commune, accepted: Accepted) -> Link:
    """Everything accepted is there, each once; the database keeps its promises; the hub has each event once."""
    _until(lambda: hub(commune).figures.get("waiting") in (0, 1, 2), 30)
    now = Accepted()
    now.note(commune)
    lost = sum(
        len(before - after)
        for before, after in (
            (accepted.incidents, now.incidents),
            (accepted.orders, now.orders),
            (accepted.events, now.events),
            (accepted.bulletins, now.bulletins),
        )
    )
    doubled = commune.ask_database(
        "SELECT count(*) FROM (SELECT subject FROM outbox WHERE type IN ('incident.opened', 'horn.reported')"
        " GROUP BY type, subject HAVING count(*) > 1)"
    )[0][0]
    broken = commune.with_database(lambda connection: list(problems(connection, commune.layout.data / "clips")))
    once = hub(commune)
    figures = {
        "incidents": len(now.incidents),
        "order_reports": len(now.orders),
        "outbox_events": len(now.events),
        "lost": lost,
        "doubled": doubled,
        "hub_events_once": once.figures["hub_events_once"],
    }
    ok = lost == 0 and doubled == 0 and not broken and once.ok and bool(now.incidents)
    return Link("nothing lost", ok, figures, "; ".join(broken)[:200])
