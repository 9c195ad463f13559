"""The river as people act on it through the pages; whatever they do is audited with their names."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from edge.config.schema import Config
from edge.control.protocol import SetEvacuated, SetLevels, StartDrill
from edge.core.errors import FinalError
from edge.core.news import AlertChanged, BulletinChanged, FloodChanged, IncidentChanged
from edge.flood.drill import DrillWish
from edge.flood.levels_desk import LevelsWish
from edge.flood.ports import Horns
from edge.flood.service import FloodService
from edge.kernel.bus import Bus
from edge.store.drills import call_roll
from edge.store.flood import (
    Action,
    get_action,
    keep_from_others,
    move_action,
    silence_announcement,
)
from edge.store.incidents import take_incident
from edge.store.journal import Journal, Tx
from edge.store.ladder import recall

SOUNDING = frozenset({"approved", "queued", "airing"})
OVER = frozenset({"stopped", "ended", "failed"})


class FloodDesk:
    """Answers the pages."""

    def __init__(self, config: Config, service: FloodService, horns: Horns, journal: Journal, bus: Bus) -> None:
        self._people: Mapping[str, int] = {hamlet.id: hamlet.people for hamlet in config.hamlet}
        self._service = service
        self._horns = horns
        self._journal = journal
        self._bus = bus

    async def set_levels(self, request: SetLevels) -> dict[str, Any]:
        """Other levels for a gauge, from now on."""
        wish = LevelsWish(
            station=request.station,
            bao_dong_m=request.bao_dong_m,
            datum=request.datum,
            source=request.source,
            issued=_day(request.issued),
            user=request.user,
            role=request.role,
        )
        reply = await self._service.levels.set(wish)
        self._bus.publish(FloodChanged())
        return reply

    async def stop(self, action: str, user: str, role: str) -> dict[str, Any]:
        """Stop one thing that the water set off. What was said or sent already cannot be unsaid; nothing more comes."""

        def work(tx: Tx) -> tuple[Action, str]:
            known = get_action(tx, action)
            if known is None:
                raise FinalError("Không có việc này.")
            if known.state in OVER:
                raise FinalError(f"Việc này {known.by_user} đã dừng." if known.by_user else "Việc này đã xong.")
            tx.deed(user, role, f"flood.stop.{known.what}", f"{known.id} {known.rule}".rstrip())
            return known, _stop(tx, known, user, role)

        known, sounds = await self._journal.record(work)
        if known.what == "announce" and sounds in SOUNDING:
            await self._horns.silence(known.hamlets, user, role)
        if known.what == "storm":
            await self._service.storms.work()
        for news in (FloodChanged(), AlertChanged(), IncidentChanged(), BulletinChanged()):
            self._bus.publish(news)
        return {"what": known.what}

    async def set_evacuated(self, request: SetEvacuated) -> None:
        """So many of this hamlet are out, says this person now."""
        if request.hamlet not in self._people:
            raise FinalError("Không có thôn này.")
        people = self._people[request.hamlet]
        if people and request.evacuated > people:
            raise FinalError(f"Thôn này có {people} người; không thể có {request.evacuated} người đã sơ tán.")

        def work(tx: Tx) -> None:
            call_roll(tx, request.hamlet, request.evacuated, people, request.user, request.role)
            tx.deed(request.user, request.role, "flood.roll_call", f"{request.hamlet}: {request.evacuated}/{people}")

        await self._journal.record(work)
        self._bus.publish(FloodChanged())

    async def start_drill(self, request: StartDrill) -> dict[str, Any]:
        """Begin a drill."""
        return await self._service.drills.start(
            DrillWish(request.id, request.station, request.level, request.minutes, request.user, request.role)
        )

    async def end_drill(self, user: str, role: str) -> None:
        """End it."""
        await self._service.drills.end(user, role)


def _stop(tx: Tx, known: Action, user: str, role: str) -> str:
    """Write it; for an announcement the state of its bulletin."""
    why = f"{user} đã dừng."
    move_action(tx, known.id, "ending" if known.what == "storm" and known.state == "on" else "stopped", user)
    match known.what:
        case "announce":
            return silence_announcement(tx, known.ref, why)
        case "sms":
            recall(tx, known.incident, why)
            take_incident(tx, known.incident, user, role)
        case "cap":
            keep_from_others(tx, known.incident)
    return ""


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as cause:
        raise FinalError(f"Không có ngày {text}.") from cause
