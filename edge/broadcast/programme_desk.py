"""Programmes, storm mode and the calendar as people use them through the pages; what is promised is stored."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from edge.broadcast.arbiter import Arbiter
from edge.broadcast.calendar import Calendar
from edge.broadcast.planner import Planner
from edge.control.protocol import (
    AddProgramme,
    ChangeProgramme,
    EndStorm,
    GetCalendar,
    OrderUrgent,
    PartWish,
    PreviewProgramme,
    ProgrammeWish,
    RemoveProgramme,
    StartStorm,
)
from edge.core.broadcast import Priority
from edge.core.errors import FinalError
from edge.core.moment import AtMs
from edge.core.news import PlanChanged
from edge.core.place import EVERYWHERE, HamletId
from edge.core.policy.rights import Role
from edge.core.programme import (
    DAY_MS,
    OnHolidays,
    Part,
    Programme,
    Source,
    When,
    complaints,
    local_day,
    midnight_ms,
    storm_times,
)
from edge.kernel.bus import Bus
from edge.store.bulletins import get_bulletin
from edge.store.journal import Journal, Tx
from edge.store.pieces import PRIORITIES
from edge.store.programmes import (
    ProgrammeRow,
    approved_recording,
    end_programme,
    get_programme,
    programmes_on,
    save_programme,
)

PREVIEW_DAYS = 14
EVERY_DAY = frozenset(range(7))


class ProgrammeDesk:
    """Answers the pages."""

    def __init__(
        self,
        planner: Planner,
        arbiter: Arbiter,
        radios: Mapping[str, str],
        hamlets: Sequence[str],
        journal: Journal,
        bus: Bus,
        groups: Sequence[dict[str, Any]] = (),
    ) -> None:
        """``radios``: id to name; ``groups``: hamlets that are often meant together, for the form."""
        self._planner = planner
        self._arbiter = arbiter
        self._radios = dict(radios)
        self._hamlets = frozenset(hamlets) | {EVERYWHERE}
        self._journal = journal
        self._bus = bus
        self._calendar = Calendar(planner.maker, arbiter.rules, groups)

    async def calendar(self, request: GetCalendar) -> dict[str, Any]:
        """Some days: programmes, airings, clashes, minutes."""
        first = _day(request.first)
        return await self._journal.record(partial(self._calendar.shown, first=first, days=request.days))

    async def preview(self, request: PreviewProgramme) -> dict[str, Any]:
        """What it would do beside everything that is planned."""
        return await self._journal.record(partial(self._preview_tx, request=request))

    async def plan(self, request: AddProgramme | ChangeProgramme) -> dict[str, Any]:
        """Keep it; raises FinalError for what may not be planned."""

        def work(tx: Tx) -> None:
            known = get_programme(tx, request.id)
            _check_change(request, known)
            programme = self._wished(tx, request.id, request.wish)
            _check_leader(request.role, request.wish, known)
            for sentence in complaints(programme):
                raise FinalError(sentence)
            if save_programme(tx, programme, known.author if known else request.user):
                action = "programme.change" if known else "programme.add"
                tx.deed(request.user, request.role, action, f"{request.id} {programme.title}")

        await self._journal.record(work)
        self._changed()
        return {"id": request.id}

    async def remove(self, request: RemoveProgramme) -> dict[str, Any]:
        """Plan it no more; what is on air goes on to its end."""
        await self._end(request.id, "removed", request.user, request.role, storm=False)
        return {}

    async def start_storm(self, request: StartStorm) -> dict[str, Any]:
        """Storm mode on, until its moment; audited, and shown everywhere while it lasts."""

        def work(tx: Tx) -> None:
            storm = self._storm(tx, request)
            for sentence in complaints(storm):
                raise FinalError(sentence)
            if get_programme(tx, request.id) is not None:
                return  # the same press
            save_programme(tx, storm, request.user)
            tx.deed(request.user, request.role, "storm.start", f"{request.id} {request.bulletin}")

        await self._journal.record(work)
        self._changed()
        return {"id": request.id}

    async def end_storm(self, request: EndStorm) -> dict[str, Any]:
        """Storm mode off."""
        await self._end(request.id, "ended", request.user, request.role, storm=True)
        return {}

    async def order_urgent(self, request: OrderUrgent) -> dict[str, Any]:
        """A person decides (R1)."""
        await self._arbiter.choose(request.first, request.second, request.user, request.role)
        return {}

    async def _end(self, name: str, state: str, user: str, role: str, *, storm: bool) -> None:
        def work(tx: Tx) -> None:
            row = get_programme(tx, name)
            if row is None or (row.programme.every_min > 0) is not storm:
                raise FinalError("Không có chế độ bão này." if storm else "Không có chương trình này.")
            if row.state == "on":
                end_programme(tx, name, state)
                tx.deed(user, role, "storm.end" if storm else "programme.remove", f"{name} {row.programme.title}")

        await self._journal.record(work)
        self._changed()

    def _changed(self) -> None:
        self._planner.nudge()
        self._bus.publish(PlanChanged())

    def _preview_tx(self, tx: Tx, request: PreviewProgramme) -> dict[str, Any]:
        programme = self._wished(tx, request.id, request.wish)
        wrong = complaints(programme)
        others = [row.programme for row in programmes_on(tx) if row.programme.id != request.id]
        if wrong:
            return {"complaints": list(wrong), "clashes": [], "refused": [], "airings": []}
        since = max(tx.now.at_ms, midnight_ms(programme.when.first))
        return {"complaints": []} | self._calendar.preview(tx, others, programme, since, since + PREVIEW_DAYS * DAY_MS)

    def _wished(self, tx: Tx, name: str, wish: ProgrammeWish) -> Programme:
        unknown = [hamlet for hamlet in wish.hamlets if hamlet not in self._hamlets]
        if unknown:
            raise FinalError(f"Không có thôn {unknown[0]!r}.")
        when = When(
            days=frozenset(wish.days),
            times=tuple(sorted({_minute(time) for time in wish.times})),
            first=_day(wish.first),
            last=_day(wish.last),
            holidays=OnHolidays(wish.holidays),
            except_on=frozenset(map(_day, wish.except_on)),
        )
        return Programme(
            id=name,
            title=wish.title.strip(),
            parts=tuple(self._part(tx, part) for part in wish.parts),
            when=when,
            hamlets=tuple(map(HamletId, wish.hamlets)),
            priority=PRIORITIES[wish.priority],
            gain_db=wish.gain_db,
            at_night=wish.at_night,
        )

    def _part(self, tx: Tx, wish: PartWish) -> Part:
        if wish.source == "notice":
            recording = approved_recording(tx, wish.ref)
            return Part(Source.NOTICE, wish.ref, recording.ms, _title(tx, wish.ref))
        if not self._planner.maker.setting.relays:
            raise FinalError("Hộp này chưa tiếp sóng đài được nên chưa xếp lịch tiếp sóng được.")
        if wish.ref not in self._radios:
            raise FinalError("Đài này không có trong cấu hình nên không tiếp sóng được.")
        if wish.standby:
            approved_recording(tx, wish.standby)
        return Part(Source.RELAY, wish.ref, wish.minutes * 60_000, f"Tiếp sóng {self._radios[wish.ref]}", wish.standby)

    def _storm(self, tx: Tx, request: StartStorm) -> Programme:
        unknown = [hamlet for hamlet in request.hamlets if hamlet not in self._hamlets]
        if unknown:
            raise FinalError(f"Không có thôn {unknown[0]!r}.")
        recording = approved_recording(tx, request.bulletin)
        from_min, to_min = _minute(request.from_hour), _minute(request.to_hour)
        if to_min <= from_min:
            raise FinalError("Giờ nhắc cuối trong ngày phải sau giờ nhắc đầu.")
        if request.until_ms <= tx.now.at_ms:
            raise FinalError("Giờ kết thúc chế độ bão đã qua.")
        title = _title(tx, request.bulletin)
        when = When(
            days=EVERY_DAY,
            times=storm_times(request.every_min, from_min, to_min),
            first=local_day(tx.now.at_ms),
            last=local_day(request.until_ms),
            until_ms=AtMs(request.until_ms),
        )
        return Programme(
            id=request.id,
            title=title,
            parts=(Part(Source.NOTICE, request.bulletin, recording.ms, title),),
            when=when,
            hamlets=tuple(map(HamletId, request.hamlets)),
            priority=Priority.KHAN_CAP,
            at_night=True,
            every_min=request.every_min,
        )


def _check_change(request: AddProgramme | ChangeProgramme, known: ProgrammeRow | None) -> None:
    if isinstance(request, ChangeProgramme) and (known is None or known.state != "on"):
        raise FinalError("Chương trình này không còn trong lịch.")
    if known is not None and known.programme.every_min > 0:
        raise FinalError("Đây là chế độ bão: hãy kết thúc rồi bật lại.")
    if isinstance(request, AddProgramme) and known is not None and known.state != "on":
        raise FinalError("Mã chương trình này đã dùng rồi.")


def _check_leader(role: str, wish: ProgrammeWish, known: ProgrammeRow | None) -> None:
    """Quiet hours are the leader's to break; who changes something else keeps what the leader allowed."""
    allowed = known is not None and known.programme.at_night
    if wish.at_night and not allowed and role != Role.LEADER:
        raise FinalError("Chỉ lãnh đạo xã được xếp lịch phát trong giờ yên tĩnh.")


def _title(tx: Tx, bulletin: str) -> str:
    return " ".join(get_bulletin(tx, bulletin).text.split())[:80]


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as cause:
        raise FinalError(f"Không có ngày {text}.") from cause


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])
